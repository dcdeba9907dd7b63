/* The rows behind enclave.toml: each key is described once. */
#pragma once

#include "codec/toml_doc.h"
#include "recipe/config.h"

#define CONFIG_NAME "enclave.toml"

extern const struct bind_file config_file;
extern const struct toml_page config_page;

/* Rows with readers of their own. */
bool config_read_image(struct bind *b, const struct bind_row *row,
		       const struct toml *v, void *at);
bool config_read_uri(struct bind *b, const struct bind_row *row,
		     const struct toml *v, void *at);
bool config_read_ports(struct bind *b, const struct bind_row *row,
		       const struct toml *v, void *at);
