/* How checks are added to a verdict. For this folder only. */
#pragma once

#include "attest/verify.h"

/* The state of one appraisal. */
struct judge {
	const struct expect *x;
	struct arena *a;
	struct verdict *v;
	struct path path;
	bool has_path;
	bool chain_stands; /* below a named root, with correct links, at the
			      right time */
};

void judge_pass(struct judge *j, const char *name, const char *fmt, ...)
	PRINTF(3, 4);
/* `code` is a name of reasons.h. */
void judge_fail(struct judge *j, const char *name, const char *code,
		const char *fmt, ...) PRINTF(4, 5);
void judge_unknown(struct judge *j, const char *name, const char *code,
		   const char *fmt, ...) PRINTF(4, 5);
/* Adds the error of a step: a refusal fails, any other error is unknown. */
void judge_err(struct judge *j, const char *name, const struct err *e);

/* Compares registers with the expectations (judge_pcr.c). */
void judge_registers(struct judge *j, const struct pcr_set *got);
/* Checks the fields of the caller and the age (judge_fields.c). */
void judge_fields(struct judge *j);
/* Checks that a key service can encrypt to the key (judge_recipient.c). */
void judge_recipient(struct judge *j);
/* Checks that module id, registers and leaf are consistent (judge_fields.c). */
void judge_binding(struct judge *j);
