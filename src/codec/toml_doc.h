/*
 * The documentation of a TOML file, made from the rows that read it
 * (codec/toml_bind.h): a page for the terminal, one of the manual, one in
 * Markdown, and a file to begin with.
 */
#pragma once

#include "codec/toml_bind.h"

struct toml_part {
	const char *title;
	const char *const *text; /* paragraphs */
	size_t n;
};

/* What no row knows. */
struct toml_page {
	const char *about; /* a phrase */
	const char *title; /* of section 5 of the manual: "ENCLAVE.TOML" */
	const char *date;  /* of the manual's page, as mdoc has it */
	const char *intro;
	const char *made; /* by what, lines of Markdown */
	const char *see;  /* other pages of the manual, for .Xr */
	const char *const *example;
	size_t examples;
	const struct toml_part *part; /* behind the tables */
	size_t parts;
	const char *begin; /* lines at the top of a file to begin with */
	/* A key with the word for its value and its help; no default, and
	 * examples of whole files only. */
	bool brief;
};

/* For a terminal, 79 columns. */
void toml_doc_text(const struct bind_file *f, struct buf *b);
/* The manual page in mdoc(7). */
void toml_doc_mdoc(const struct bind_file *f, struct buf *b,
		   const char *version);
void toml_doc_markdown(const struct bind_file *f, struct buf *b);

/* A key that is set in a file to begin with. */
struct toml_line {
	const char *table, *key;
	const char *value; /* in TOML, quotes included */
	const char *why;   /* sentences, or NULL */
	struct span shown; /* a text to be seen above it, or empty */
};

/* Every key with its meaning, commented out unless a line sets it. */
void toml_doc_template(const struct bind_file *f, struct buf *b,
		       const struct toml_line *line, size_t n);
