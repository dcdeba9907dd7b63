/*
 * The content of the small sections of an EIF: command line, metadata,
 * signature, and the kernel's head. Unusual content does not change the
 * measurements, so it gives a warning, not a refusal.
 */
#pragma once

#include "eif/eif.h"
#include "eif/meta.h"
#include "eif/kimage.h"

struct eif_content {
	struct span cmdline; /* the first LIMIT_CMDLINE bytes */
	struct kimage kernel;
	bool has_metadata;
	struct json *doc;     /* its JSON, or NULL if it is not JSON */
	struct eif_meta meta; /* its fields, if meta_ok */
	bool meta_ok;
	bool is_signed;
	struct span signature; /* the section's bytes; see eif/sig.h */
};

/* Values are in the arena, except doc, which eif_content_finish releases
 * (DEFER). */
MUST_USE bool eif_content_read(const struct blob *b, const struct eif *eif,
			       struct arena *a, struct eif_content *out,
			       struct notes *n, struct err *e);
void eif_content_finish(struct eif_content *c);
/*
 * Returns what is wrong with a command line, as a phrase that follows "the
 * command line", or NULL. It must have 1 to LIMIT_CMDLINE bytes without control
 * characters, except tabs, which separate parameters as blanks do (the kernel's
 * lib/cmdline.c). Readers and writers use this one rule.
 */
const char *cmdline_fault(struct span cmdline);
/* The same as an error: fails with ERR_INPUT "eif-cmdline". */
MUST_USE bool cmdline_check(struct span cmdline, struct err *e);
