/* verify: an attestation document against what is expected of it. */
#include "cli/cmd.h"

#include <string.h>

#include "attest/policy.h"
#include "attest/text.h"
#include "attest/verdict_json.h"
#include "attest/verify.h"
#include "base/fmt.h"
#include "base/limits.h"
#include "verbs/field.h"
#include "verbs/verbs.h"
#include "verbs/release.h"
#include "verbs/verdict.h"
#include "crypto/public_key.h"
#include "codec/hex.h"
#include "pcrs/bootstack.h"
#include "sim/pki.h"
#include "sys/env.h"
#include "sys/fs.h"

enum { RELEASES_MAX = 64, FILE_MAX = 64 * 1024, FIELD_MAX = 8192 };

struct verify {
	struct opt_list pcr, pcrs, trust;
	const char *policy, *environment, *environments;
	const char *nonce, *public_key, *user_data, *user_data_sha256;
	struct opt_list empty;
	uint64_t at, max_age, max_skew;
	unsigned recipient; /* enum recipient */
	bool allow_debug, json, verbose;
};

enum { RECIPIENT_UNSAID = RECIPIENT_RSA + 1 };

static const struct opt verify_opts[] = {
	OPT_LIST(0, "pcrs", struct verify, pcrs, "FILE",
		 "a release's pcrs.json; the document must match one of them"),
	OPT_LIST(0, "pcr", struct verify, pcr, "N=HEX",
		 "this register must have this value"),
	OPT_STR(0, "policy", struct verify, policy, "FILE",
		"a policy.toml that says what is accepted"),
	OPT_STR('e', "environment", struct verify, environment, "NAME",
		"expect the releases of this environment (veraclave pcrs)"),
	OPT_STR(0, "environments", struct verify, environments, "DIR",
		"the directory of the environments' files; default pcrs"),
	OPT_LIST(0, "trust", struct verify, trust, "CLASS",
		 "a trusted root: aws-nitro (default), sim (your own "
		 "simulator's root), or sim:FILE, qemu:FILE with a root "
		 "certificate"),
	OPT_STR(0, "nonce", struct verify, nonce, "HEX",
		"the nonce that was sent; @FILE reads the bytes of a file, "
		"text:TEXT is a text"),
	OPT_STR(0, "public-key", struct verify, public_key, "HEX",
		"the public key of the channel; @FILE reads its bytes or a PEM "
		"file"),
	OPT_ENUM(0, "recipient", struct verify, recipient, "KIND",
		 recipient_names,
		 "require a public key that KMS can encrypt to, of 2048 bits "
		 "or of any size that it might accept"),
	OPT_STR(0, "user-data", struct verify, user_data, "HEX",
		"the user data; @FILE reads the bytes of a file, text:TEXT is "
		"a text"),
	OPT_STR(0, "user-data-sha256", struct verify, user_data_sha256, "HEX",
		"the SHA-256 digest of the user data"),
	OPT_LIST(0, "expect-empty", struct verify, empty, "FIELD",
		 "require that nonce, public-key or user-data is present and "
		 "empty"),
	OPT_U64(0, "max-age", struct verify, max_age, "SECONDS", 0, INT32_MAX,
		"the maximum age of the document"),
	OPT_U64(0, "max-skew", struct verify, max_skew, "SECONDS", 0, INT32_MAX,
		"how far the document may be in the future; default 300"),
	OPT_U64(0, "at", struct verify, at, "EPOCH", 0, EXPECT_AT_MAX,
		"check at this time, in seconds since 1970, instead of now"),
	OPT_FLAG(
		0, "allow-debug", struct verify, allow_debug,
		"accept enclaves in debug mode, whose registers prove nothing"),
	OPT_FLAG('v', "verbose", struct verify, verbose,
		 "also show the checks that passed"),
	OPT_FLAG(0, "json", struct verify, json, "print the verdict as JSON"),
	OPT_END,
};

static void
verify_defaults(void *opts)
{
	struct verify *o = opts;
	o->at = o->max_age = o->max_skew = OPT_UNSET;
	o->recipient = RECIPIENT_UNSAID;
	o->environments = "pcrs";
}

/* What the options come to. */
struct work {
	struct arena *a;
	const struct verify *o;
	struct expect x;
	struct policy policy;
};

/* "N=HEX" */
static bool
one_pcr(struct work *w, const char *text, struct err *e)
{
	unsigned i;
	struct span hex, value;
	if (!pcr_split(span_str(text), &i, &hex)) {
		err_set(e, ERR_USAGE, "--pcr %s: not a register and its value",
			show_str(text).s);
		return err_hint(e, "write --pcr 0=HEX, with a number from 0 to"
				   " 31");
	}
	if (!pcr_parse(hex, w->a, &value, e))
		return err_ctx(e, "--pcr %u", i);
	if (pcr_has(&w->x.pcrs, i))
		return err_set(e, ERR_USAGE, "--pcr %u is given twice", i);
	pcr_put(&w->x.pcrs, i, value);
	return true;
}

/* "sim" alone: the root that "simulate init" made for this user. */
static bool
own_sim(struct arena *a, const char **text, struct err *e)
{
	const char *dir = sim_root_dir(a);
	if (!dir) {
		err_set(e, ERR_USAGE,
			"--trust sim: HOME, where the simulator root is "
			"searched, is not set");
		return err_hint(e, "name it: --trust sim:DIR/root.der");
	}
	const char *path = arena_fmt(a, "sim:%s/root.der", dir);
	if (!path)
		return err_full(e, "a path");
	if (fs_kind(path + 4) == FS_NONE) {
		err_set(e, ERR_NOTFOUND, "no simulator root in %s",
			show_str(dir).s);
		err_id(e, "sim-root-absent");
		return err_hint(e, "make one with \"veraclave simulate init\","
				   " or name another: --trust sim:FILE");
	}
	*text = path;
	return true;
}

static bool
one_trust(struct work *w, const char *text, bool policy, struct anchor *out,
	  struct err *e)
{
	enum trust class;
	const char *path;
	struct span root;
	if (!policy && strcmp(text, "sim") == 0 && !own_sim(w->a, &text, e))
		return false;
	if (!trust_parse(text, policy, &class, &path, e))
		return err_ctx(e, policy ? "trust" : "--trust");
	*out = anchor_aws_nitro;
	if (class == TRUST_AWS_NITRO)
		return true;
	return fs_read(path, FILE_MAX, w->a, &root, e) &&
	       (anchor_of(class, root, out, e) ||
		err_ctx(e, "%s", show_str(path).s));
}

/* What the policy trusts is trusted only where the command line does not
 * say otherwise; either way it is named. */
static bool
all_trust(struct work *w, struct err *e)
{
	bool own = w->o->trust.n > 0;
	size_t n = own ? w->o->trust.n : w->policy.ntrust;
	const char *const *names = own ? w->o->trust.v : w->policy.trust;
	w->x.anchors = &anchor_aws_nitro;
	w->x.nanchors = 1;
	if (n == 0)
		return true;
	struct anchor *v = NEW(w->a, struct anchor, n);
	if (!v)
		return err_full(e, "the roots");
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < i; k++)
			if (strcmp(names[i], names[k]) == 0)
				return err_set(e, ERR_USAGE,
					       "%s is trusted twice",
					       show_str(names[i]).s);
		if (!one_trust(w, names[i], !own, &v[i], e))
			return false;
	}
	w->x.anchors = v;
	w->x.nanchors = n;
	return true;
}

static bool
read_policy(struct work *w, struct err *e)
{
	const char *path = w->o->policy;
	struct span text;
	w->x.max_age = EXPECT_ANY_AGE;
	w->x.skew = EXPECT_SKEW;
	if (!path)
		return true;
	if (!no_image(path, "a policy",
		      "\"veraclave help policy.toml\" has an example", e) ||
	    !fs_read(path, LIMIT_CONFIG, w->a, &text, e))
		return false;
	if (!policy_parse(text, w->a, &w->policy, e))
		return err_ctx(e, "%s", show_str(path).s);
	w->x = w->policy.x;
	return true;
}

/* An environment stands alone: a policy's images would let in more. */
static bool
read_environment(struct work *w, struct err *e)
{
	const struct verify *o = w->o;
	struct environment v;
	struct span text;
	if (!o->environment)
		return true;
	if (!environment_named(o->environment)) {
		err_set(e, ERR_USAGE, "%s is not the name of an environment",
			show_str(o->environment).s);
		return err_hint(e,
				"use a name such as production; --environments "
				"names the directory of the files");
	}
	if (o->policy)
		return err_set(e, ERR_USAGE,
			       "--environment and --policy exclude each other");
	char *path =
		arena_fmt(w->a, "%s/%s.json", o->environments, o->environment);
	char *name = arena_fmt(w->a, "the environment %s",
			       show_str(o->environment).s);
	if (!path || !name)
		return err_full(e, "a path");
	return environment_read(path, w->a, &text, e) &&
	       ((environment_parse(text, w->a, &v, e) &&
		 expect_environment(&w->x, &v, name, w->a, e)) ||
		err_ctx(e, "%s", show_str(path).s));
}

/* Those of files and, after them, those of the policy. */
static bool
all_releases(struct work *w, struct err *e)
{
	size_t n = w->o->pcrs.n;
	if (n > RELEASES_MAX)
		return err_set(e, ERR_USAGE, "more than %d --pcrs",
			       RELEASES_MAX);
	size_t more = w->x.nreleases;
	struct release *v = NEW(w->a, struct release, n + more + 1);
	if (!v)
		return err_full(e, "the releases");
	for (size_t i = 0; i < n; i++) {
		const char *path = w->o->pcrs.v[i];
		if (!release_file(path, path, w->a, &v[i], e))
			return false;
	}
	for (size_t i = 0; i < more; i++)
		v[n + i] = w->x.releases[i];
	w->x.releases = v;
	w->x.nreleases = n + more;
	return true;
}

/* An empty expectation is most often a variable that is not set, and a document
 * with an empty field can be got from anywhere. */
static bool
no_bytes(const char *name, const char *text, struct err *e)
{
	err_set(e, ERR_USAGE, "--%s %s: there is no byte to expect", name,
		text[0] ? show_str(text).s : "\"\"");
	err_id(e, "expect-empty");
	return err_hint(
		e, "check that the variable is set and the file is not empty; "
		   "to expect an empty field, write --expect-empty FIELD");
}

/* HEX, @FILE or text:TEXT. */
static bool
one_field(struct work *w, const char *name, const char *text, struct maybe *out,
	  struct err *e)
{
	if (!text)
		return true;
	out->there = true;
	if (!field_value(name, text, FIELD_MAX, w->a, &out->v, e))
		return false;
	if (strcmp(name, "public-key") == 0 &&
	    !public_key_read(out->v, w->a, &out->v, e))
		return err_ctx(e, "--%s", name);
	return out->v.n || no_bytes(name, text, e);
}

/* --expect-empty FIELD */
static bool
one_empty(struct work *w, const char *name, struct err *e)
{
	struct maybe *field = expect_field(&w->x, name);
	if (!field) {
		err_set(e, ERR_USAGE, "--expect-empty %s: no such field",
			show_str(name).s);
		return err_hint(e, "nonce, public-key or user-data");
	}
	if (field->there)
		return err_set(e, ERR_USAGE,
			       "%s is expected twice, or empty and with a"
			       " value",
			       name);
	*field = (struct maybe){ .there = true };
	return true;
}

static bool
all_fields(struct work *w, struct err *e)
{
	const struct verify *o = w->o;
	struct expect *x = &w->x;
	if (!one_field(w, "nonce", o->nonce, &x->nonce, e) ||
	    !one_field(w, "public-key", o->public_key, &x->public_key, e) ||
	    !one_field(w, "user-data", o->user_data, &x->user_data, e) ||
	    !one_field(w, "user-data-sha256", o->user_data_sha256,
		       &x->user_data_sha256, e))
		return false;
	for (size_t i = 0; i < o->empty.n; i++)
		if (!one_empty(w, o->empty.v[i], e))
			return false;
	if (!o->user_data_sha256 || x->user_data_sha256.v.n == 32)
		return true;
	return err_set(e, ERR_USAGE, "--user-data-sha256 is not 32 bytes long");
}

/* Whose values the document might have: given releases, public boot stacks.
 * For explanations only. */
static bool
all_known(struct work *w, struct span in, struct err *e)
{
	struct err why = { 0 };
	struct span raw;
	struct doc d;
	if (!expect_known(&w->x, w->a, e))
		return false;
	if (!doc_decode(in, w->a, &raw, &why) || !doc_parse(raw, &d, &why) ||
	    !pcr_has(&d.pcrs, 1))
		return true;
	const struct bootstack *b = bootstack_find(d.pcrs.v[1]);
	if (b)
		w->x.known[w->x.nknown++] =
			(struct known_value){ b->name, 1, d.pcrs.v[1] };
	return true;
}

static bool
print(struct cli *cli, const struct verdict_view *view, bool json,
      struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(1 << 20);
	if (!json)
		verdict_text(&b, view);
	else if (!verdict_json(&b, view->v, view->at,
			       view->now ? "clock" : "option", e))
		return false;
	if (!buf_ok(&b, "the verdict", e))
		return false;
	fwrite(b.p, 1, b.n, cli->out);
	return true;
}

/* The answer "no" is the verdict itself, and needs no sentence more. */
static bool
answer(const struct verdict *v, struct err *e)
{
	if (v->result == RESULT_PASS)
		return true;
	*e = (struct err){ .code = v->malformed ? ERR_INPUT : ERR_REFUSED };
	return false;
}

static bool
verify_run(struct cli *cli, void *opts, const struct opt_list *args,
	   struct err *e)
{
	const struct verify *o = opts;
	struct work w = { .a = cli->arena, .o = o };
	struct verdict *v = NEW(cli->arena, struct verdict, 1);
	bool now = o->at == OPT_UNSET;
	struct span in;
	if (!read_policy(&w, e) || !read_environment(&w, e))
		return false;
	w.x.at = now ? sys_now() : (int64_t)o->at;
	w.x.allow_debug |= o->allow_debug;
	if (o->recipient != RECIPIENT_UNSAID)
		w.x.recipient = (enum recipient)o->recipient;
	if (o->max_age != OPT_UNSET)
		w.x.max_age = (int64_t)o->max_age;
	if (o->max_skew != OPT_UNSET)
		w.x.skew = (int64_t)o->max_skew;
	for (size_t i = 0; i < o->pcr.n; i++)
		if (!one_pcr(&w, o->pcr.v[i], e))
			return false;
	if (!all_trust(&w, e) || !all_releases(&w, e) || !all_fields(&w, e) ||
	    !no_image(args->v[0], "an attestation document",
		      "the enclave gets one from its security module, as "
		      "\"veraclave nsm attest\" does",
		      e) ||
	    !fs_read(args->v[0], DOC_TEXT_MAX + 1, w.a, &in, e) ||
	    !all_known(&w, in, e))
		return false;
	if (!v)
		return err_full(e, "a verdict");
	if (!verify_text(in, &w.x, w.a, v, e))
		return false;
	struct verdict_view view = { v, w.x.at, now, o->verbose };
	return print(cli, &view, o->json, e) && answer(v, e);
}

static const struct cmd_example verify_examples[] = {
	{ "veraclave verify doc.bin --pcrs pcrs.json --nonce 5f3c...",
	  "check that this is a live enclave of that release, and its answer "
	  "to us" },
	{ "veraclave verify doc.b64 --pcrs 1.0.json --pcrs 1.1.json --json",
	  "check that it is one of two releases, and print which" },
	{ "veraclave verify doc.bin --pcr 8=3b1a... --pcr 3=77c0...",
	  "accept any image of this signer under this role" },
	{ "veraclave verify doc.bin --policy policy.toml --nonce 5f3c...",
	  "apply the policy of a fleet" },
	{ "veraclave verify old.bin --pcrs pcrs.json --at 1785786000",
	  "check that it was valid when it was made; never use this for live "
	  "checks" },
	{ NULL, NULL },
};

const struct cmd cmd_verify = {
	.name = "verify",
	.group = CMD_EXPECT,
	.about = "verify an attestation document, and say why",
	.args = "DOC",
	.min_args = 1,
	.max_args = 1,
	.opts = verify_opts,
	.size = sizeof(struct verify),
	.defaults = verify_defaults,
	.prose =
		"DOC is a file, or - for standard input: the document's bytes, "
		"base64 or hex.\n\nName at least one expected register: "
		"without one, no document passes. Every --pcr value must "
		"match, and all registers of at least one --pcrs file (our "
		"pcrs.json, or the output of nitro-cli).\n\nA document proves "
		"that an enclave existed when the document was made, not that "
		"it exists now: for a live check send a nonce and expect it. "
		"--at checks at another time, for archived documents: their "
		"certificates are valid for three hours, so a recorded "
		"document remains valid at its own time.\n\n--trust or the "
		"policy names the roots that are trusted. Only a policy can "
		"name a development key; no environment variable and no "
		"missing hardware makes it trusted.\n\nExit status: 0 pass, 1 "
		"fail or unknown, 3 not a document.",
	.examples = verify_examples,
	.run = verify_run,
};
