/* How checks are put into a verdict. Inside of this folder only. */
#pragma once

#include "attest/verify.h"

/* One appraisal under way. */
struct judge {
	const struct expect *x;
	struct arena *a;
	struct verdict *v;
	struct path path;
	bool has_path;
	bool chain_stands; /* a named root, right links, the right time */
};

void judge_pass(struct judge *j, const char *name, const char *fmt, ...)
	PRINTF(3, 4);
/* The code is one of reasons.h. */
void judge_fail(struct judge *j, const char *name, const char *code,
		const char *fmt, ...) PRINTF(4, 5);
void judge_unknown(struct judge *j, const char *name, const char *code,
		   const char *fmt, ...) PRINTF(4, 5);
/* The failure of a step: what is refused fails, the rest is unknown. */
void judge_err(struct judge *j, const char *name, const struct err *e);

/* Registers against what was expected (judge_pcr.c). */
void judge_registers(struct judge *j, const struct pcr_set *got);
/* What the enclave put in, and when (judge_fields.c). */
void judge_fields(struct judge *j);
/* Can a key service encrypt to it (judge_recipient.c)? */
void judge_recipient(struct judge *j);
/* Do module id, registers and leaf tell the same story (judge_fields.c)? */
void judge_binding(struct judge *j);
