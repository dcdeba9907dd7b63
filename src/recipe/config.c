/* enclave.toml: what its rows do not say of struct build_config. */
#include "recipe/config.h"

#include <string.h>

#include "base/fmt.h"
#include "base/limits.h"
#include "recipe/config_fields.h"
#include "source/kinds.h"
#include "sys/fs.h"

/* "oci:image" becomes "oci:DIR/image"; docker:// has no path. */
bool
config_read_image(struct bind *b, const struct bind_row *row,
		  const struct toml *v, void *at)
{
	const char **out = at, *prefix, *path;
	if (!bind_name(b, row, v, out))
		return false;
	source_split(*out, &prefix, &path);
	return !path || bind_path(b, prefix, path, out);
}

bool
config_read_uri(struct bind *b, const struct bind_row *row,
		const struct toml *v, void *at)
{
	const char **out = at;
	if (!bind_name(b, row, v, out))
		return false;
	return span_starts(v->text, SPAN("pkcs11:")) ||
	       bind_path(b, "", *out, out);
}

/* Kept in ascending order, so that the order in the file is not measured. */
bool
config_read_ports(struct bind *b, const struct bind_row *row,
		  const struct toml *v, void *at)
{
	struct ports *out = at;
	if (!bind_want(b, v, TOML_ARRAY))
		return false;
	if (v->n == 0 || v->n > PROCESS_PORTS_MAX)
		return bind_wrong(b, v, "%s holds %zu ports, not 1 to %d",
				  row->key, v->n, PROCESS_PORTS_MAX);
	for (const struct toml *m = v->first; m; m = m->next) {
		size_t i = out->n;
		if (m->kind != TOML_INTEGER || m->integer < 1 ||
		    m->integer > 65535)
			return bind_wrong(b, m, "expected a port, 1 to 65535");
		uint32_t port = (uint32_t)m->integer;
		for (; i && out->v[i - 1] > port; i--)
			out->v[i] = out->v[i - 1];
		if (i && out->v[i - 1] == port)
			return bind_wrong(b, m, "port %u is there twice", port);
		out->v[i] = port;
		out->n++;
	}
	return true;
}

static bool
check_source(struct bind *b, struct build_config *c)
{
	static const struct {
		const char *table, *key;
		enum config_from from;
	} ways[] = {
		{ "source", "dockerfile", CONFIG_FROM_DOCKERFILE },
		{ "source", "image", CONFIG_FROM_IMAGE },
		{ "source", "rootfs", CONFIG_FROM_ROOTFS },
		{ "rootfs", "debian", CONFIG_FROM_DEBIAN },
	};
	const char *first = NULL;
	for (size_t i = 0; i < COUNT(ways); i++) {
		const struct toml *v =
			bind_given(b, ways[i].table, ways[i].key);
		if (!v)
			continue;
		if (first) {
			bind_wrong(b, v, "a second source: %s beside %s",
				   ways[i].key, first);
			return err_hint(b->e, "keep one of them");
		}
		first = ways[i].key;
		c->from = ways[i].from;
	}
	return true;
}

static bool
check_boot(struct bind *b, const struct build_config *c)
{
	static const char *const parts[] = { "kernel", "init", "nsm_ko" };
	for (size_t i = 0; c->boot_dir && i < COUNT(parts); i++) {
		const struct toml *v = bind_given(b, "boot", parts[i]);
		if (v)
			return bind_wrong(b, v,
					  "%s beside dir: take the directory's "
					  "parts or name each one",
					  parts[i]);
	}
	return true;
}

bool
config_name_ok(const char *name)
{
	for (const char *p = name; *p; p++)
		if (*p == '/' || (unsigned char)*p < 0x20 || *p == 0x7f)
			return false;
	return name[0] && name[0] != '.';
}

void
config_defaults(struct build_config *c)
{
	*c = (struct build_config){ 0 };
	bind_defaults(&config_file, c);
}

bool
config_given(const struct build_config *c, size_t offset)
{
	return c->given[bind_row_at(&config_file, offset) - config_file.row];
}

bool
config_lay(const struct build_config *over, size_t offset, struct arena *a,
	   struct build_config *c, struct err *e)
{
	const struct bind_row *row = bind_row_at(&config_file, offset);
	c->given[row - config_file.row] = true;
	return bind_lay(row, over, c, a, e);
}

bool
config_parse(struct span text, const char *path, struct arena *a,
	     struct build_config *c, struct err *e)
{
	size_t slash = span_rfind(span_str(path), '/');
	bool bare = slash == strlen(path);
	struct bind b = {
		.file = &config_file, .text = text, .arena = a, .e = e
	};
	config_defaults(c);
	c->path = path;
	b.dir = arena_fmt(a, "%.*s", bare ? 0 : (int)slash + 1, path);
	if (!b.dir)
		return bind_full(&b);
	if (!bind_read(&b, c) || !check_source(&b, c) || !check_boot(&b, c))
		return err_ctx(e, "%s", show_str(path).s);
	for (size_t i = 0; i < config_file.rows; i++)
		c->given[i] = b.given[i] != NULL;
	return true;
}

bool
config_load(const char *path, struct arena *a, struct build_config *c,
	    struct err *e)
{
	struct span text;
	bool dir = fs_kind(path) == FS_DIR;
	path = arena_fmt(a, dir ? "%s/" CONFIG_NAME : "%s", path);
	if (!path)
		return err_full(e, CONFIG_NAME);
	return fs_read(path, LIMIT_CONFIG, a, &text, e) &&
	       config_parse(text, path, a, c, e);
}
