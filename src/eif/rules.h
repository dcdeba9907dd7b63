/*
 * The names of the rules by which an EIF is refused or gets a warning. They are
 * part of the interface: scripts may use them. docs/formats/eif.md explains
 * each.
 */
#pragma once

#include "base/note.h"

enum eif_rule {
	EIF_R_MAGIC,
	EIF_R_TRUNCATED,
	EIF_R_VERSION,
	EIF_R_SECTION_COUNT,
	EIF_R_TABLE_ORDER,
	EIF_R_GAP,
	EIF_R_SECTION_SIZE,
	EIF_R_TRAILING,
	EIF_R_SECTION_TYPE,
	EIF_R_MISSING,
	EIF_R_DUPLICATE,
	EIF_R_SECTION_ORDER,
	EIF_R_EMPTY,
	EIF_R_LIMIT,
	EIF_R_CRC,
	EIF_W_OLD_VERSION,
	EIF_W_FLAGS,
	EIF_W_UNUSED,
	EIF_W_SECTION_FLAGS,
	EIF_W_ORDER,
	EIF_W_EMPTY_RAMDISK,
	EIF_W_NO_METADATA,
	EIF_W_METADATA,
	EIF_W_CMDLINE,
	EIF_W_KERNEL,
	EIF_RULES,
};

struct eif_rule_row {
	const char *id;
	bool refuses; /* otherwise it is a warning */
	const char *about;
	const char *hint;
};
extern const struct eif_rule_row eif_rules[EIF_RULES];

/* Sets ERR_INPUT with the rule's name and hint, and returns false. */
bool eif_refuse(struct err *e, enum eif_rule rule, const char *fmt, ...)
	PRINTF(3, 4);
/* Does nothing if n is NULL. */
void eif_warn(struct notes *n, enum eif_rule rule, const char *fmt, ...)
	PRINTF(3, 4);
