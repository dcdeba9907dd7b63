/*
 * Why a document is not accepted: every reason with its stable name, what it
 * means, and what to do. `veraclave explain` and docs/troubleshooting.md are
 * made of this table and nothing else.
 */
#pragma once

#include "base/buf.h"

struct reason {
	const char *code;  /* stable: "pcr-application" */
	bool malformed;    /* the input is no document: exit status 3 */
	const char *title; /* a phrase: what is so */
	const char *means; /* sentences: what that says about the enclave */
	const char *next;  /* an imperative sentence: what to do */
};

/* A chapter of the page, with its rows. */
struct reasons {
	const char *title;
	const struct reason *v;
	size_t n;
};
extern const struct reasons reasons_document, reasons_chain, reasons_expected;

/* NULL when there is no such reason. */
const struct reason *reason_look(const char *code);
/* All of them, one after the other; NULL behind the last. */
const struct reason *reason_at(size_t i);
/* The same for codes of ours, which are there. */
const struct reason *reason_find(const char *code);
/* An error with that name and its advice: ERR_INPUT when malformed, else
 * ERR_REFUSED. */
bool reason_err(struct err *e, const char *code, const char *fmt, ...)
	PRINTF(3, 4);
/* Gives an error with the name of a reason its advice; others stay. */
bool reason_advise(struct err *e);
/* The whole page, in Markdown. */
void reasons_markdown(struct buf *b);
/* One row as text for a terminal. */
void reason_text(struct buf *b, const struct reason *r);
