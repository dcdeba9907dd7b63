/* nsm: sends requests to the security module. */
#include "cli/cmd.h"

#include <string.h>

#include "base/fmt.h"
#include "base/limits.h"
#include "base/num.h"
#include "verbs/field.h"
#include "crypto/public_key.h"
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
		"use a simulator's socket instead of /dev/nsm"),
	OPT_FLAG(0, "json", struct nsm, json, "print the result as JSON"),
	OPT_END,
};

#define OPT_BYTES                                          \
	OPT_STR('o', "output", struct nsm, output, "FILE", \
		"the output file instead of standard output")

static const struct opt extend_opts[] = {
	OPT_STR(0, "data", struct nsm, data, "TEXT", "with this text"),
	OPT_STR(0, "data-file", struct nsm, data_file, "FILE",
		"with the bytes of this file"),
	OPT_END,
};

static const struct opt lock_opts[] = {
	OPT_FLAG(0, "below", struct nsm, range,
		 "all registers below the one named"),
	OPT_END,
};

static const struct opt attest_opts[] = {
	OPT_BYTES,
	OPT_STR(0, "nonce", struct nsm, nonce, "HEX",
		"the nonce; @FILE reads the bytes of a file, text:TEXT is a "
		"text"),
	OPT_STR(0, "user-data", struct nsm, user_data, "HEX",
		"the user data; @FILE reads the bytes of a file, text:TEXT is "
		"a text"),
	OPT_STR(0, "user-data-file", struct nsm, user_data_file, "FILE",
		"the user data, from a file"),
	OPT_STR(0, "public-key", struct nsm, public_key_file, "FILE",
		"the public key, in PEM or as its bytes"),
	OPT_END,
};

static const struct opt random_opts[] = { OPT_BYTES, OPT_END };

/* The state of one call. */
struct job {
	struct cli *cli;
	const struct nsm *o;
	struct nsm_client client;
	struct nsm_request q;
	struct nsm_response r;
};

static struct job
job_of(struct cli *cli, const struct nsm *o)
{
	return (struct job){ .cli = cli, .o = o, .client = { .fd = -1 } };
}

static void
job_finish(struct job *j)
{
	nsm_disconnect(&j->client);
}

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

/* The operand N of the calls that are about one register. */
static bool
take_index(struct job *j, const struct opt_list *args, struct err *e)
{
	uint64_t index = 0;
	if (!num_parse(span_str(args->v[0]), &index) || index > UINT16_MAX)
		return err_set(e, ERR_USAGE,
			       "%s is not the number of a"
			       " register",
			       show_str(args->v[0]).s);
	j->q.index = (uint16_t)index;
	return true;
}

static bool
ask(struct job *j, enum nsm_call call, struct err *e)
{
	j->q.call = call;
	return nsm_connect(&j->client, j->o->socket, e) &&
	       nsm_ask(&j->client, &j->q, j->cli->arena, &j->r, e);
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
put_description(struct job *j, struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(64 * KIB);
	struct jw w = jw_into(&b, 2);
	const struct nsm_response *r = &j->r;
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
put_pcr(struct job *j, struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(4 * KIB);
	struct jw w = jw_into(&b, 2);
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
	     struct maybe *out, struct err *e)
{
	if (text && file)
		return err_set(e, ERR_USAGE,
			       "a text and a file for the same field");
	out->there = text || file;
	out->v = span_str(text);
	return !file ||
	       fs_read(file, NSM_REQUEST_MAX, j->cli->arena, &out->v, e);
}

static bool
ready_extend(struct job *j, struct err *e)
{
	struct maybe f;
	if (!text_or_file(j, j->o->data, j->o->data_file, &f, e))
		return false;
	if (!f.there) {
		err_set(e, ERR_USAGE, "no data to extend the register with");
		return err_hint(e, "give --data TEXT or --data-file FILE");
	}
	j->q.data = f.v;
	return true;
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
	     struct maybe *out, struct err *e)
{
	out->there = text != NULL;
	return !text || field_value(name, text, NSM_REQUEST_MAX, j->cli->arena,
				    &out->v, e);
}

static bool
attest_user_data(struct job *j, struct err *e)
{
	const struct nsm *o = j->o;
	struct maybe *out = &j->q.user_data;
	if (o->user_data_file)
		return text_or_file(j, o->user_data, o->user_data_file, out, e);
	return attest_field(j, "user-data", o->user_data, out, e);
}

static bool
attest_public_key(struct job *j, struct err *e)
{
	const char *path = j->o->public_key_file;
	struct maybe *out = &j->q.public_key;
	struct span in;
	if (!path)
		return true;
	out->there = true;
	return fs_read(path, NSM_REQUEST_MAX, j->cli->arena, &in, e) &&
	       (public_key_read(in, j->cli->arena, &out->v, e) ||
		err_ctx(e, "%s", show_str(path).s));
}

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

/* The calls. Arguments are checked before the module is opened, so that a wrong
 * call fails alike everywhere. */
static bool
run_describe(struct cli *cli, void *opts, const struct opt_list *args,
	     struct err *e)
{
	DEFER(job_finish) struct job j = job_of(cli, opts);
	(void)args;
	return claim_all(&j, e) && ask(&j, NSM_DESCRIBE_NSM, e) &&
	       put_description(&j, e);
}

static bool
run_pcr(struct cli *cli, void *opts, const struct opt_list *args, struct err *e)
{
	DEFER(job_finish) struct job j = job_of(cli, opts);
	return take_index(&j, args, e) && claim_all(&j, e) &&
	       ask(&j, NSM_DESCRIBE_PCR, e) && put_pcr(&j, e);
}

static bool
run_extend(struct cli *cli, void *opts, const struct opt_list *args,
	   struct err *e)
{
	DEFER(job_finish) struct job j = job_of(cli, opts);
	return take_index(&j, args, e) && claim_all(&j, e) &&
	       ready_extend(&j, e) && ask(&j, NSM_EXTEND_PCR, e) &&
	       put_hex(&j, j.r.data, e);
}

static bool
run_lock(struct cli *cli, void *opts, const struct opt_list *args,
	 struct err *e)
{
	DEFER(job_finish) struct job j = job_of(cli, opts);
	if (!take_index(&j, args, e) || !claim_all(&j, e))
		return false;
	j.q.range = j.q.index;
	return ask(&j, j.o->range ? NSM_LOCK_PCRS : NSM_LOCK_PCR, e);
}

static bool
run_attest(struct cli *cli, void *opts, const struct opt_list *args,
	   struct err *e)
{
	DEFER(job_finish) struct job j = job_of(cli, opts);
	(void)args;
	return claim_all(&j, e) && ready_attest(&j, e) &&
	       ask(&j, NSM_ATTESTATION, e) && put_bytes(&j, e);
}

static bool
run_random(struct cli *cli, void *opts, const struct opt_list *args,
	   struct err *e)
{
	DEFER(job_finish) struct job j = job_of(cli, opts);
	(void)args;
	return claim_all(&j, e) && ready_bytes(&j, e) &&
	       ask(&j, NSM_GET_RANDOM, e) && put_bytes(&j, e);
}

static const struct cmd_example nsm_examples[] = {
	{ "veraclave nsm describe", "print the properties of the module" },
	{ "veraclave nsm extend 16 --data-file config.json && "
	  "veraclave nsm lock 16",
	  "extend PCR16 with a file and lock it, so that documents contain "
	  "it" },
	{ "veraclave nsm attest --nonce 00112233 -o document.cbor",
	  "get an attestation document" },
	{ NULL, NULL },
};

static const struct cmd_action nsm_actions[] = {
	{ "describe", "", "print the properties of the module", 0, 0, NULL,
	  true, run_describe },
	{ "pcr", "N", "print the value of a register", 1, 1, NULL, true,
	  run_pcr },
	{ "extend", "N", "extend a register with data", 1, 1, extend_opts,
	  false, run_extend },
	{ "lock", "N", "lock a register, so that it cannot change", 1, 1,
	  lock_opts, false, run_lock },
	{ "attest", "", "get an attestation document", 0, 0, attest_opts, false,
	  run_attest },
	{ "random", "", "get random bytes", 0, 0, random_opts, false,
	  run_random },
	{ .name = NULL },
};

const struct cmd cmd_nsm = {
	.name = "nsm",
	.actions = nsm_actions,
	.group = CMD_RUN,
	.about = "send a request to the security module of an enclave",
	.args = "CALL [REGISTER]",
	.opts = nsm_opts,
	.size = sizeof(struct nsm),
	.prose = "Works in an enclave, on /dev/nsm, and in the same way under "
		 "\"veraclave simulate\".\n\nA document contains the registers "
		 "that are locked when it is made. It does not contain a "
		 "register that was extended but not locked.",
	.examples = nsm_examples,
};
