/* nsm: asks the security module. */
#include "cli/cmd.h"

#include <string.h>

#include "base/fmt.h"
#include "base/limits.h"
#include "base/num.h"
#include "verbs/field.h"
#include "codec/hex.h"
#include "codec/jwrite.h"
#include "nsm/client.h"
#include "sys/claim.h"
#include "sys/fs.h"

struct nsm {
	const char *socket, *output, *data, *data_file;
	const char *user_data, *user_data_file, *nonce, *public_key_file;
	bool range, json;
};

static const struct opt nsm_opts[] = {
	OPT_STR(0, "socket", struct nsm, socket, "PATH",
		"a simulator's socket instead of /dev/nsm"),
	OPT_STR('o', "output", struct nsm, output, "FILE",
		"attest, random: write there, not to standard output"),
	OPT_STR(0, "data", struct nsm, data, "TEXT", "extend: with this text"),
	OPT_STR(0, "data-file", struct nsm, data_file, "FILE",
		"extend: with the bytes of this file"),
	OPT_FLAG(0, "below", struct nsm, range,
		 "lock: all registers below the one named"),
	OPT_STR(0, "nonce", struct nsm, nonce, "HEX",
		"attest: the nonce; @FILE takes its bytes, text:TEXT a text"),
	OPT_STR(0, "user-data", struct nsm, user_data, "HEX",
		"attest: the user data; @FILE takes its bytes, text:TEXT a"
		" text"),
	OPT_STR(0, "user-data-file", struct nsm, user_data_file, "FILE",
		"attest: the user data, from a file"),
	OPT_STR(0, "public-key", struct nsm, public_key_file, "FILE",
		"attest: the public key, in PEM or as its bytes"),
	OPT_FLAG(0, "json", struct nsm, json, "print the result as JSON"),
	OPT_END,
};

/* What one call works with. */
struct job {
	struct cli *cli;
	const struct nsm *o;
	struct nsm_client *client;
	struct nsm_request q;
	struct nsm_response r;
};

static bool
ask(struct job *j, enum nsm_call call, struct err *e)
{
	j->q.call = call;
	return nsm_ask(j->client, &j->q, j->cli->arena, &j->r, e);
}

static bool
put_json(struct job *j, struct jw *w, struct err *e)
{
	buf_u8(w->b, '\n');
	if (!jw_ok(w, e))
		return false;
	fwrite(w->b->p, 1, w->b->n, j->cli->out);
	return true;
}

static bool
put_hex(struct job *j, struct span s, struct err *e)
{
	char *hex = hex_of(j->cli->arena, s);
	if (!hex)
		return err_full(e, "nsm");
	fprintf(j->cli->out, "%s\n", hex);
	return true;
}

static bool
do_describe(struct job *j, struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(64 * KIB);
	struct jw w = jw_into(&b, 2);
	const struct nsm_response *r = &j->r;
	if (!ask(j, NSM_DESCRIBE_NSM, e))
		return false;
	if (!j->o->json) {
		fprintf(j->cli->out,
			"Module    %s\nVersion   %u.%u.%u\nRegisters %u, "
			"%s\nLocked   ",
			show(r->module_id).s, r->major, r->minor, r->patch,
			r->max_pcrs, nsm_digests[r->digest]);
		for (unsigned i = 0; i < NSM_PCRS; i++)
			if (r->locked >> i & 1)
				fprintf(j->cli->out, " %u", i);
		fprintf(j->cli->out, "\n");
		return true;
	}
	jw_map(&w, NULL);
	jw_str(&w, "digest", nsm_digests[r->digest]);
	jw_list(&w, "locked_pcrs");
	for (unsigned i = 0; i < NSM_PCRS; i++)
		if (r->locked >> i & 1)
			jw_u64(&w, NULL, i);
	jw_end(&w);
	jw_u64(&w, "max_pcrs", r->max_pcrs);
	jw_text(&w, "module_id", r->module_id);
	jw_str(&w, "schema", "nsm-description/1");
	jw_str(&w, "version",
	       arena_fmt(j->cli->arena, "%u.%u.%u", r->major, r->minor,
			 r->patch));
	jw_end(&w);
	return put_json(j, &w, e);
}

static bool
do_pcr(struct job *j, struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(4 * KIB);
	struct jw w = jw_into(&b, 2);
	if (!ask(j, NSM_DESCRIBE_PCR, e))
		return false;
	if (!j->o->json)
		return put_hex(j, j->r.data, e);
	jw_map(&w, NULL);
	jw_hex(&w, "data", j->r.data);
	jw_u64(&w, "index", j->q.index);
	jw_bool(&w, "lock", j->r.lock);
	jw_str(&w, "schema", "nsm-pcr/1");
	jw_end(&w);
	return put_json(j, &w, e);
}

/* At most one of a text and a file. */
static bool
text_or_file(struct job *j, const char *text, const char *file,
	     struct nsm_field *out, struct err *e)
{
	if (text && file)
		return err_set(e, ERR_USAGE,
			       "a text and a file for the same field");
	out->given = text || file;
	out->v = span_str(text);
	return !file ||
	       fs_read(file, NSM_REQUEST_MAX, j->cli->arena, &out->v, e);
}

static bool
do_extend(struct job *j, struct err *e)
{
	struct nsm_field f;
	if (!text_or_file(j, j->o->data, j->o->data_file, &f, e))
		return false;
	if (!f.given) {
		err_set(e, ERR_USAGE, "extend with what?");
		return err_hint(e, "give --data TEXT or --data-file FILE");
	}
	j->q.data = f.v;
	return ask(j, NSM_EXTEND_PCR, e) && put_hex(j, j->r.data, e);
}

static bool
do_lock(struct job *j, struct err *e)
{
	j->q.range = j->q.index;
	return ask(j, j->o->range ? NSM_LOCK_PCRS : NSM_LOCK_PCR, e);
}

static bool
put_bytes(struct job *j, struct err *e)
{
	if (j->o->output)
		return fs_write_file(j->o->output, j->r.data, 0644, e);
	fwrite(j->r.data.p, 1, j->r.data.n, j->cli->out);
	return true;
}

static bool
attest_field(struct job *j, const char *name, const char *text,
	     struct nsm_field *out, struct err *e)
{
	out->given = text != NULL;
	return !text || field_value(name, text, NSM_REQUEST_MAX, j->cli->arena,
				    &out->v, e);
}

static bool
attest_user_data(struct job *j, struct err *e)
{
	const struct nsm *o = j->o;
	struct nsm_field *out = &j->q.user_data;
	if (o->user_data_file)
		return text_or_file(j, o->user_data, o->user_data_file, out, e);
	return attest_field(j, "user-data", o->user_data, out, e);
}

static bool
attest_public_key(struct job *j, struct err *e)
{
	const char *path = j->o->public_key_file;
	struct nsm_field *out = &j->q.public_key;
	struct span in;
	if (!path)
		return true;
	out->given = true;
	return fs_read(path, NSM_REQUEST_MAX, j->cli->arena, &in, e) &&
	       (field_public_key(in, j->cli->arena, &out->v, e) ||
		err_ctx(e, "%s", show_str(path).s));
}

/* Before the module is looked for: a wrong call is one everywhere. */
static bool
ready_bytes(struct job *j, struct err *e)
{
	return j->o->output || cli_bytes(j->cli, "--output FILE", e);
}

static bool
ready_attest(struct job *j, struct err *e)
{
	return ready_bytes(j, e) &&
	       attest_field(j, "nonce", j->o->nonce, &j->q.nonce, e) &&
	       attest_user_data(j, e) && attest_public_key(j, e);
}

static bool
do_attest(struct job *j, struct err *e)
{
	return ask(j, NSM_ATTESTATION, e) && put_bytes(j, e);
}

static bool
do_random(struct job *j, struct err *e)
{
	return ask(j, NSM_GET_RANDOM, e) && put_bytes(j, e);
}

static const struct {
	const char *name;
	bool index;
	bool (*run)(struct job *j, struct err *e);
	bool (*ready)(struct job *j, struct err *e); /* or NULL */
} calls[] = {
	{ "describe", false, do_describe, NULL },
	{ "pcr", true, do_pcr, NULL },
	{ "extend", true, do_extend, NULL },
	{ "lock", true, do_lock, NULL },
	{ "attest", false, do_attest, ready_attest },
	{ "random", false, do_random, ready_bytes },
};

static bool
claim_all(const struct job *j, struct err *e)
{
	const struct nsm *o = j->o;
	struct claims c = { .arena = j->cli->arena };
	return claim_input(&c, "the data", o->data_file, e) &&
	       claim_input(&c, "the user data", o->user_data_file, e) &&
	       claim_input(&c, "the public key", o->public_key_file, e) &&
	       claim_output(&c, "the output", o->output, e);
}

static bool
nsm_run(struct cli *cli, void *opts, const struct opt_list *args, struct err *e)
{
	DEFER(nsm_disconnect) struct nsm_client client = { .fd = -1 };
	struct job j = { .cli = cli, .o = opts, .client = &client };
	uint64_t index = 0;
	size_t i = 0;
	while (i < COUNT(calls) && strcmp(calls[i].name, args->v[0]) != 0)
		i++;
	if (i == COUNT(calls))
		return err_set(e, ERR_USAGE, "the module has no call %s",
			       show_str(args->v[0]).s);
	if (args->n != (calls[i].index ? 2u : 1u) ||
	    (calls[i].index && (!num_parse(span_str(args->v[1]), &index) ||
				index > UINT16_MAX))) {
		err_set(e, ERR_USAGE, "%s takes %s", calls[i].name,
			calls[i].index ? "the number of a register"
				       : "no operand");
		return err_hint(e, "veraclave help nsm");
	}
	j.q.index = (uint16_t)index;
	return claim_all(&j, e) && (!calls[i].ready || calls[i].ready(&j, e)) &&
	       nsm_connect(&client, j.o->socket, e) && calls[i].run(&j, e);
}

static const struct cmd_example nsm_examples[] = {
	{ "veraclave nsm describe", "what the module is" },
	{ "veraclave nsm extend 16 --data-file config.json && "
	  "veraclave nsm lock 16",
	  "put a file's bytes into PCR16, for documents to hold" },
	{ "veraclave nsm attest --nonce 00112233 -o document.cbor",
	  "an attestation document" },
	{ NULL, NULL },
};

static const struct cmd_action nsm_actions[] = {
	{ "describe", "", "what the module is" },
	{ "pcr", "N", "the value of a register" },
	{ "extend", "N", "put data into a register" },
	{ "lock", "N", "let nothing change a register any more" },
	{ "attest", "", "an attestation document" },
	{ "random", "", "random bytes" },
	{ NULL, NULL, NULL },
};

/* What they print is no kind of JSON of its own. */
static const char *const nsm_told[] = { "extend", "lock", "attest", "random",
					NULL };

const struct cmd cmd_nsm = {
	.name = "nsm",
	.told = nsm_told,
	.actions = nsm_actions,
	.group = "Attest",
	.about = "ask the security module of an enclave",
	.args = "CALL [REGISTER]",
	.min_args = 1,
	.max_args = 2,
	.opts = nsm_opts,
	.size = sizeof(struct nsm),
	.prose = "Calls are describe, pcr N, extend N, lock N, attest and "
		 "random.\n\n"
		 "Works inside an enclave, on /dev/nsm, and the same under "
		 "\"veraclave simulate\".\n\n"
		 "A document holds the registers that are locked when it is "
		 "made. One that was extended and not locked is not in it.",
	.examples = nsm_examples,
	.run = nsm_run,
};
