/* The rows behind enclave.toml: each key is described once. */
#pragma once

#include "codec/toml_doc.h"
#include "recipe/config.h"

#define CONFIG_NAME "enclave.toml"

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

extern const struct bind_file config_file;
extern const struct toml_page config_page;

/* Rows with readers of their own. */
bool config_read_image(struct bind *b, const struct bind_row *row,
		       const struct toml *v, void *at);
bool config_read_uri(struct bind *b, const struct bind_row *row,
		     const struct toml *v, void *at);
bool config_read_ports(struct bind *b, const struct bind_row *row,
		       const struct toml *v, void *at);
