/*
 * The small sections of an EIF, looked at: command line, metadata, signature,
 * and the kernel's head. What is odd there does not change how the image is
 * measured, so it is remarked upon, not refused.
 */
#pragma once

#include "eif/eif.h"
#include "eif/meta.h"
#include "eif/kimage.h"

struct eif_content {
	struct span cmdline; /* the first LIMIT_CMDLINE bytes */
	struct kimage kernel;
	bool has_metadata;
	struct json *doc;     /* its JSON, or NULL when it is none */
	struct eif_meta meta; /* its fields, when meta_ok */
	bool meta_ok;
	bool is_signed;
	struct span signature; /* the section's bytes; see eif/sig.h */
};

/* Values are in the arena, doc excepted: eif_content_finish (DEFER). */
MUST_USE bool eif_content_read(const struct blob *b, const struct eif *eif,
			       struct arena *a, struct eif_content *out,
			       struct notes *n, struct err *e);
void eif_content_finish(struct eif_content *c);
/*
 * What is wrong with a command line, as a phrase that follows "the command
 * line"; NULL when nothing is. 1 to LIMIT_CMDLINE bytes, none of them a control
 * character; but a tab separates parameters as a blank does (the kernel's
 * lib/cmdline.c). One rule for what is read and for what is written.
 */
const char *cmdline_fault(struct span cmdline);
/* The same as an error: ERR_INPUT "eif-cmdline". */
MUST_USE bool cmdline_check(struct span cmdline, struct err *e);
