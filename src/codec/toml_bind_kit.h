/* A file with a row of every kind, for tests. */
#pragma once

#include "codec/toml_doc.h"

enum kit_color { KIT_RED, KIT_GREEN };

struct kit_part {
	const char *name;
	uint64_t weight;
};

struct kit {
	const char *text, *name, *path;
	uint64_t number;
	bool truth;
	enum kit_color color;
	struct strings list, pairs;
	const struct kit_part *part;
	size_t parts;
	const struct toml *kept;
	unsigned own;
};

static bool
kit_read(struct bind *b, const struct bind_row *row, const struct toml *v,
	 void *at)
{
	unsigned *out = at;
	if (!bind_want(b, v, TOML_TIME))
		return false;
	if (v->time.year < 2000)
		return bind_wrong(b, v, "%s is before 2000", row->key);
	*out = v->time.year;
	return true;
}

static const char *const kit_colors[] = { "red", "green", NULL };

#define KIT(k, t, n, f, T)                          \
	.kind = BIND_##k, .table = (t), .key = (n), \
	BIND_FIELD(struct kit, f, T), .help = "H.", .example = "1"

static const struct bind_row kit_rows[] = {
	{ KIT(TEXT, "", "text", text, const char *), .fallback = "some",
	  .needed = true },
	{ KIT(NAME, "", "name", name, const char *) },
	{ KIT(TABLES, "", "part", part, const struct kit_part *), .max = 2,
	  .each = sizeof(struct kit_part),
	  .count = BIND_AT(struct kit, parts, size_t) },
	{ KIT(PATH, "box", "path", path, const char *) },
	{ KIT(NUMBER, "box", "number", number, uint64_t), .min = 2, .max = 9,
	  .needs = "path" },
	{ KIT(BOOL, "box", "truth", truth, bool) },
	{ KIT(CHOICE, "box", "color", color, unsigned), .choice = kit_colors,
	  .fallback = "green" },
	{ KIT(LIST, "box", "list", list, struct strings), .instead = "a | b",
	  .whole = true },
	{ KIT(PAIRS, "box", "pairs", pairs, struct strings) },
	{ KIT(OWN, "box", "own", own, unsigned), .read = kit_read,
	  .type = "time", .takes = "a time" },
	{ .kind = BIND_NAME,
	  .table = "part",
	  .key = "name",
	  BIND_FIELD(struct kit_part, name, const char *),
	  .needed = true,
	  .help = "H.",
	  .example = "1" },
	{ .kind = BIND_NUMBER,
	  .table = "part",
	  .key = "weight",
	  BIND_FIELD(struct kit_part, weight, uint64_t),
	  .max = 5,
	  .help = "H.",
	  .example = "1" },
};

static const struct bind_table kit_tables[] = {
	{ .name = "", .help = "Above." },
	{ .name = "box", .help = "A box." },
	{ .name = "part", .help = "A part.", .repeats = true },
	{ .name = "kept",
	  .help = "Kept.",
	  .kept = true,
	  .offset = BIND_AT(struct kit, kept, const struct toml *) },
	{ .name = "later", .help = "Later.", .later = true },
};

static const char *const kit_examples[] = { "text = \"\"\n" };

static const struct toml_page kit_page = {
	.about = "a file for tests",
	.title = "KIT.TOML",
	.date = "November 27, 2026",
	.intro = "All kinds.",
	.made = "By hand.\n",
	.see = "kit 1",
	.example = kit_examples,
	.examples = COUNT(kit_examples),
	.begin = "# kit\n",
};

static const struct bind_file kit_file = { .name = "kit.toml",
					   .id = "kit",
					   .table = kit_tables,
					   .tables = COUNT(kit_tables),
					   .row = kit_rows,
					   .rows = COUNT(kit_rows),
					   .page = &kit_page };

static inline bool
kit_parse(struct span text, struct arena *a, struct kit *k, struct err *e)
{
	struct bind b = {
		.file = &kit_file, .text = text, .dir = "d/", .arena = a, .e = e
	};
	*k = (struct kit){ 0 };
	bind_defaults(&kit_file, k);
	return bind_read(&b, k);
}
