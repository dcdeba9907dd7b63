/*
 * The reasons why a document is not accepted, each with a stable name, its
 * meaning, and what to do. `veraclave explain` and docs/troubleshooting.md are
 * made from these tables.
 */
#pragma once

#include "base/buf.h"

struct reason {
	const char *code;  /* stable: "pcr-application" */
	bool malformed;    /* the input is not a document: exit status 3 */
	const char *title; /* a phrase that names the finding */
	const char *means; /* sentences: what it means for the enclave */
	const char *next;  /* an imperative sentence: what to do */
};

/* A chapter of the page, with its rows. */
struct reasons {
	const char *title;
	const struct reason *v;
	size_t n;
};
extern const struct reasons reasons_document, reasons_chain, reasons_expected;

/* Returns NULL if there is no such reason. */
const struct reason *reason_look(const char *code);
/* Returns reason i of all; NULL after the last. */
const struct reason *reason_at(size_t i);
/* Returns the reason of a code that must exist. */
const struct reason *reason_find(const char *code);
/* Sets an error with that name and its advice: ERR_INPUT if malformed, else
 * ERR_REFUSED. */
bool reason_err(struct err *e, const char *code, const char *fmt, ...)
	PRINTF(3, 4);
/* Adds the advice to an error that has the name of a reason. */
bool reason_advise(struct err *e);
/* Appends the whole page in Markdown. */
void reasons_markdown(struct buf *b);
/* Appends one row as text for a terminal. */
void reason_text(struct buf *b, const struct reason *r);
