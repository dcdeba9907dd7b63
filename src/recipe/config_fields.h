/* The tables behind enclave.toml: each key is described once. */
#pragma once

#include <stddef.h>

#include "recipe/config.h"

#define CONFIG_NAME "enclave.toml"

enum config_kind {
	CONFIG_STR,
	CONFIG_PATH,  /* const char *, relative to the file */
	CONFIG_IMAGE, /* the same behind an optional prefix such as oci: */
	CONFIG_URI,   /* a path, or pkcs11:... */
	CONFIG_U64,
	CONFIG_ENUM,
	CONFIG_LIST,  /* strings: struct strings */
	CONFIG_PAIRS, /* a table of strings: struct strings of NAME=VALUE */
	CONFIG_PORTS, /* struct ports */
};

struct config_field {
	enum config_kind kind;
	const char *table, *key; /* table "": above all headers */
	size_t offset;
	const char *help;          /* sentences */
	const char *example;       /* a value in TOML */
	const char *fallback;      /* default: a choice or a text, or NULL */
	const char *instead;       /* what happens without it, in words */
	const char *needs;         /* another key of the same table, or NULL */
	const char *const *choice; /* names of ENUM, ends with NULL */
	uint64_t min, max;         /* of U64 */
};

struct config_table {
	const char *name;
	const char *help;
	/* Kept whole, its keys are its author's or of later versions. */
	bool kept;
	bool later;    /* not built yet: refused, since it would do nothing */
	size_t offset; /* of the const struct toml *, when kept */
};

/* The names of what recipe/config.h enumerates, in its order. */
extern const char *const config_engines[];
extern const char *const config_variants[];
extern const char *const config_profiles[];
extern const char *const config_scrubs[];
extern const char *const config_mtimes[];
extern const char *const config_caps[];
extern const char *const config_owners[];
extern const char *const config_missings[];
extern const char *const config_dir_modes[];
extern const char *const config_arches[];

extern const struct config_field config_fields[];
extern const size_t config_field_count;
extern const struct config_table config_tables[];
extern const size_t config_table_count;
