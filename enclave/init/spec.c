#include "spec.h"

#include <stdalign.h>

size_t
str_len(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

bool
str_eq(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

/* Returns the part of s after `prefix`, or NULL if s does not begin with it. */
static char *
after(char *s, const char *prefix)
{
	for (; *prefix; prefix++, s++)
		if (*s != *prefix)
			return NULL;
	return s;
}

/* Every item takes at least one byte of the file and at most one pointer. Two
 * lists have an end marker, one has room for an addition, and groups are
 * smaller than pointers. */
size_t
spec_pool_size(size_t n)
{
	return (n + 8) * sizeof(char *) +
	       PROCESS_GROUPS_MAX * sizeof(uint32_t) + 4 * alignof(max_align_t);
}

static void *
pool_take(struct pool *pool, size_t item, size_t n)
{
	size_t odd = (uintptr_t)pool->p % alignof(max_align_t);
	size_t pad = odd ? alignof(max_align_t) - odd : 0;
	size_t left = (size_t)(pool->end - pool->p);
	char *got;

	if (pad > left || n > (left - pad) / item)
		return NULL;
	got = pool->p + pad;
	pool->p = got + item * n;
	return got;
}

static size_t
count_byte(const char *text, size_t n, char c)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += text[i] == c;
	return found;
}

/* Reads a decimal number without sign or leading zero. The largest value is
 * refused, because the kernel reads it as "no change". */
static bool
number(const char *s, uint32_t *out)
{
	uint64_t v = 0;

	if (!*s || (s[0] == '0' && s[1]))
		return false;
	for (; *s; s++) {
		if (*s < '0' || *s > '9')
			return false;
		v = v * 10 + (uint64_t)(*s - '0');
		if (v >= UINT32_MAX)
			return false;
	}
	*out = (uint32_t)v;
	return true;
}

struct seen {
	bool cwd, uid, gid;
};

static const char *
set_number(const char *value, bool *seen, uint32_t *out, const char *why)
{
	if (*seen || !number(value, out))
		return why;
	*seen = true;
	return NULL;
}

static const char *
add_port(struct process *p, const char *value)
{
	uint32_t port;

	if (p->ports_n == PROCESS_PORTS_MAX)
		return "process: too many tcp records";
	if (!number(value, &port) || !port || port > 65535)
		return "process: a tcp record is no port";
	if (p->ports_n && p->ports[p->ports_n - 1] >= port)
		return "process: the tcp records are not in ascending order";
	p->ports[p->ports_n++] = port;
	return NULL;
}

/* Reads one KEY=VALUE record after the first. */
static const char *
record(char *s, struct process *p, struct seen *seen)
{
	char *v;

	if ((v = after(s, PROCESS_ARG))) {
		p->argv[p->argc++] = v;
		return NULL;
	}
	if ((v = after(s, PROCESS_ENV))) {
		if (!*v || *v == '=')
			return "process: an env record has no name";
		p->env[p->envc++] = v;
		return NULL;
	}
	if ((v = after(s, PROCESS_CWD))) {
		if (seen->cwd || *v != '/')
			return "process: cwd is given twice or not absolute";
		seen->cwd = true;
		p->cwd = v;
		return NULL;
	}
	if ((v = after(s, PROCESS_UID)))
		return set_number(v, &seen->uid, &p->uid,
				  "process: uid is given twice or malformed");
	if ((v = after(s, PROCESS_GID)))
		return set_number(v, &seen->gid, &p->gid,
				  "process: gid is given twice or malformed");
	if ((v = after(s, PROCESS_GROUP))) {
		if (p->groups_n == PROCESS_GROUPS_MAX ||
		    !number(v, &p->groups[p->groups_n]))
			return "process: a group is malformed or one too many";
		p->groups_n++;
		return NULL;
	}
	if ((v = after(s, PROCESS_TCP)))
		return add_port(p, v);
	return "process: a record of unknown kind";
}

static const char *
complete(const struct process *p, const struct seen *seen)
{
	if (!p->argc || !p->argv[0][0])
		return "process: no program to run";
	if (!seen->cwd || !seen->uid || !seen->gid)
		return "process: cwd, uid or gid is missing";
	return NULL;
}

const char *
spec_process(char *text, size_t n, struct pool *pool, struct process *out)
{
	size_t records = count_byte(text, n, '\0');
	struct process p = { .cwd = "/" };
	struct seen seen = { 0 };
	const char *why = NULL;
	bool second;

	if (!n || text[n - 1])
		return "process: the last record is cut off";
	second = str_eq(text, PROCESS_EDITION_2);
	if (!second && !str_eq(text, PROCESS_EDITION_1))
		return "process: not a " PROCESS_EDITION_1 " or /2 file";
	/* The first record is in no list, so each list has room for its end.
	 * Two lists share one piece: arguments from the front... */
	p.argv = pool_take(pool, sizeof(char *), records + 3);
	p.groups = pool_take(pool, sizeof(uint32_t), PROCESS_GROUPS_MAX);
	if (!p.argv || !p.groups)
		return "process: out of memory";
	/* ... and the environment after them, once they are counted. */
	size_t args = 0;
	char *end = text + n;
	for (char *s = text + sizeof(PROCESS_EDITION_1); s < end;
	     s += str_len(s) + 1)
		args += after(s, PROCESS_ARG) != NULL;
	p.env = p.argv + args + 1;

	for (char *s = text + sizeof(PROCESS_EDITION_1); s < end && !why;
	     s += str_len(s) + 1)
		why = record(s, &p, &seen);
	if (!why)
		why = complete(&p, &seen);
	if (!why && second != (p.ports_n != 0))
		why = "process: edition 2 is the one with tcp records";
	if (why)
		return why;
	p.argv[p.argc] = NULL;
	p.env[p.envc] = NULL;
	*out = p;
	return NULL;
}

/* Splits lines in place; the final newline does not begin an empty line. */
static const char *
lines(char *text, size_t n, struct pool *pool, char ***list, size_t *count)
{
	size_t room = count_byte(text, n, '\n') + 3;
	char **item = pool_take(pool, sizeof(char *), room);
	size_t k = 0, start = 0;

	if (!item)
		return "out of memory";
	if (count_byte(text, n, '\0'))
		return "a NUL byte in cmd or env";
	for (size_t i = 0; i < n; i++) {
		if (text[i] != '\n')
			continue;
		text[i] = '\0';
		item[k++] = text + start;
		start = i + 1;
	}
	if (start < n) {
		text[n] = '\0';
		item[k++] = text + start;
	}
	item[k] = NULL;
	*list = item;
	*count = k;
	return NULL;
}

const char *
spec_cmd(char *text, size_t n, struct pool *pool, struct process *out)
{
	static char shell[] = "sh";
	const char *why = lines(text, n, pool, &out->argv, &out->argc);

	if (why)
		return why;
	if (!out->argc) {
		out->argv[out->argc++] = shell;
		out->argv[out->argc] = NULL;
	}
	out->shell_fallback = true;
	out->cwd = "/";
	return out->argv[0][0] ? NULL : "cmd: the first line is empty";
}

const char *
spec_env(char *text, size_t n, struct pool *pool, struct process *out)
{
	return lines(text, n, pool, &out->env, &out->envc);
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* No component may be empty, `.` or `..`, so there is no trailing slash. */
static bool
path_is_plain(const char *s)
{
	for (;;) {
		size_t n = 0;

		while (s[n] && s[n] != '/')
			n++;
		if (!n || (n == 1 && s[0] == '.') ||
		    (n == 2 && s[0] == '.' && s[1] == '.'))
			return false;
		if (!s[n])
			return true;
		s += n + 1;
	}
}

const char *
spec_cap(char **at, size_t *left, struct cap *out)
{
	struct cap cap = { 0 };
	char *s = *at;
	size_t n = 0, i = 0;

	while (n < *left && s[n])
		n++;
	if (n == *left)
		return "caps: the last record is cut off";
	while (hex_digit(s[i]) >= 0 && hex_digit(s[i + 1]) >= 0) {
		if (cap.value_n == SPEC_CAP_MAX)
			return "caps: a value is too long";
		cap.value[cap.value_n++] =
			(uint8_t)(hex_digit(s[i]) << 4 | hex_digit(s[i + 1]));
		i += 2;
	}
	if (!cap.value_n || s[i] != ' ')
		return "caps: a record does not begin with hex and a space";
	cap.path = s + i + 1;
	if (!path_is_plain(cap.path))
		return "caps: a path is not plain and relative";
	*at += n + 1;
	*left -= n + 1;
	*out = cap;
	return NULL;
}

/* Takes a word off the line; returns its first byte and length. */
static const char *
word(const char **at, const char *end, size_t *n)
{
	const char *s = *at;

	while (s < end && *s == ' ')
		s++;
	*at = s;
	while (*at < end && **at != ' ')
		(*at)++;
	*n = (size_t)(*at - s);
	return s;
}

/* The line is "SLOT: ADDRESS:PORT ADDRESS:PORT STATE ...", numbers in
 * upper-case hex. */
bool
spec_listens(const char *line, size_t n, uint32_t port)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *end = line + n, *local, *state;
	size_t local_n, state_n;

	word(&line, end, &n);
	local = word(&line, end, &local_n);
	word(&line, end, &n);
	state = word(&line, end, &state_n);
	if (local_n < 6 || local[local_n - 5] != ':' || state_n != 2 ||
	    state[0] != '0' || state[1] != 'A')
		return false;
	for (size_t i = 0; i < 4; i++)
		if (local[local_n - 4 + i] != digits[port >> (12 - 4 * i) & 15])
			return false;
	return true;
}

const char *
spec_getenv(const struct process *p, const char *name)
{
	size_t n = str_len(name);

	for (size_t i = 0; i < p->envc; i++) {
		char *v = after(p->env[i], name);

		if (v && p->env[i] + n == v && *v == '=')
			return v + 1;
	}
	return NULL;
}

void
spec_addenv(struct process *p, char *entry)
{
	p->env[p->envc++] = entry;
	p->env[p->envc] = NULL;
}
