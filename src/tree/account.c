#include "tree/account.h"

#include "base/fmt.h"
#include "base/limits.h"
#include "base/num.h"
#include "tree/resolve.h"

/* A line of etc/passwd or etc/group, split at its colons. */
enum { FIELDS = 7 };
struct line {
	struct span field[FIELDS];
	size_t n;
};

/* The user or group that a spec names; digits are a number, though a name may
 * consist of digits. */
struct who {
	struct span name;
	uint64_t id;
	bool numeric;
};

static bool
read_file(const struct tree *t, const char *path, struct arena *a,
	  struct span *out, struct err *e)
{
	struct span where;
	struct node *n;
	*out = (struct span){ 0 };
	if (!tree_resolve(t, span_str(path), a, &where, &n, e))
		return false;
	if (!n || n->inode->type != NODE_FILE)
		return true;
	return content_read(n->inode, LIMIT_CONFIG, a, out, e) ||
	       err_ctx(e, "%s", path);
}

/* Finds the next line that is not blank or a comment. */
static bool
next_line(struct span *text, struct line *l)
{
	while (text->n) {
		struct span s = span_trim(span_cut(text, '\n'));
		*l = (struct line){ 0 };
		if (s.n == 0 || s.p[0] == '#')
			continue;
		for (bool more = true; more && l->n < FIELDS;) {
			more = span_find(s, ':') < s.n;
			l->field[l->n++] = span_cut(&s, ':');
		}
		return true;
	}
	return false;
}

static bool
get_id(struct span s, uint32_t *out)
{
	uint64_t v;
	if (!num_parse(s, &v) || v > INT32_MAX)
		return false;
	*out = (uint32_t)v;
	return true;
}

static struct who
who_of(struct span name)
{
	struct who w = { .name = name };
	w.numeric = num_parse(name, &w.id);
	return w;
}

/* Returns true if this line, whose number is in field 2, is the one named. */
static bool
is_meant(const struct line *l, const struct who *w)
{
	uint32_t id;
	if (!get_id(l->field[2], &id))
		return false;
	return w->numeric ? id == w->id : span_eq(l->field[0], w->name);
}

static bool
unknown(const char *what, const char *file, const struct who *w, struct err *e)
{
	if (w->numeric)
		err_set(e, ERR_INPUT, "%s number %s is out of range", what,
			show(w->name).s);
	else
		err_set(e, ERR_INPUT, "the image has no %s %s in %s", what,
			show(w->name).s, file);
	err_hint(e, "create it in the image, or give its number as USER");
	return err_id(e, "process-user");
}

/* Finds uid and gid; *login is the name to look up in etc/group. */
static bool
find_user(struct span passwd, const struct who *w, struct account *out,
	  struct span *login, struct err *e)
{
	struct line l;
	uint32_t gid;
	while (next_line(&passwd, &l)) {
		if (!is_meant(&l, w) || !get_id(l.field[3], &gid))
			continue;
		*login = l.field[0];
		out->gid = gid;
		return get_id(l.field[2], &out->uid);
	}
	if (!w->numeric || w->id > INT32_MAX)
		return unknown("user", "etc/passwd", w, e);
	out->uid = (uint32_t)w->id;
	return true;
}

/* Returns the home of the first line with the uid, whatever the name. */
static struct span
find_home(struct span passwd, uint32_t uid)
{
	const struct who w = { .numeric = true, .id = uid };
	struct line l;
	while (next_line(&passwd, &l))
		if (is_meant(&l, &w))
			return l.field[5].n ? l.field[5] : SPAN("/");
	return SPAN("/");
}

static bool
find_group(struct span group, const struct who *w, uint32_t *gid, struct err *e)
{
	struct line l;
	while (next_line(&group, &l))
		if (is_meant(&l, w))
			return get_id(l.field[2], gid);
	if (!w->numeric || w->id > INT32_MAX)
		return unknown("group", "etc/group", w, e);
	*gid = (uint32_t)w->id;
	return true;
}

static bool
add_group(struct account *a, uint32_t gid, struct err *e)
{
	for (size_t i = 0; i < a->group_count; i++)
		if (a->groups[i] == gid)
			return true;
	if (a->group_count == PROCESS_GROUPS_MAX)
		return err_set(e, ERR_LIMIT,
			       "the user is in more than %d groups",
			       PROCESS_GROUPS_MAX);
	a->groups[a->group_count++] = gid;
	return true;
}

static bool
names_member(struct span list, struct span login)
{
	while (list.n)
		if (span_eq(span_cut(&list, ','), login))
			return true;
	return false;
}

static bool
find_memberships(struct span group, struct span login, struct account *out,
		 struct err *e)
{
	struct line l;
	uint32_t gid;
	while (login.n && next_line(&group, &l)) {
		if (!names_member(l.field[3], login) ||
		    !get_id(l.field[2], &gid))
			continue;
		if (!add_group(out, gid, e))
			return false;
	}
	return true;
}

bool
account_find(const struct tree *t, struct span spec, struct arena *a,
	     struct account *out, struct err *e)
{
	struct span rest = spec, login = { 0 }, passwd, group;
	struct who user = who_of(span_cut(&rest, ':'));
	struct who wanted = who_of(rest);
	*out = (struct account){ 0 };
	if (user.name.n == 0)
		user.numeric = true;
	if (!read_file(t, "etc/passwd", a, &passwd, e) ||
	    !read_file(t, "etc/group", a, &group, e) ||
	    !find_user(passwd, &user, out, &login, e))
		return false;
	out->home = find_home(passwd, out->uid);
	if (wanted.name.n)
		return find_group(group, &wanted, &out->gid, e) &&
		       add_group(out, out->gid, e);
	return add_group(out, out->gid, e) &&
	       find_memberships(group, login, out, e);
}
