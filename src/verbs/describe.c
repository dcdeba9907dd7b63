/* describe: what is in an enclave image, and what it measures. */
#include "recipe/record.h"
#include "verbs/description.h"
#include "verbs/verbs.h"
#include "sys/env.h"

struct describe {
	bool text, json, sha256;
	uint64_t at;
};

static const struct opt describe_opts[] = {
	OPT_FLAG('t', "text", struct describe, text,
		 "print a summary for people instead of JSON"),
	OPT_FLAG(0, "json", struct describe, json,
		 "print JSON, which is the default"),
	OPT_FLAG(0, "sha256", struct describe, sha256,
		 "also compute the SHA-256 of the file"),
	OPT_U64(0, "at", struct describe, at, "EPOCH", 0, INT64_MAX,
		"check the signing certificate at this time instead of now"),
	OPT_END,
};

static void
describe_defaults(void *opts)
{
	((struct describe *)opts)->at = OPT_UNSET;
}

bool
describe_file(struct cli *cli, const char *path,
	      const struct describe_plan *plan, bool text, struct err *e)
{
	DEFER(eif_inspection_finish) struct eif_inspection d = { 0 };
	DEFER(buf_free) struct buf b = buf_max(16 * MIB);
	if (!description_read(cli, path, plan, &d, e))
		return false;
	record_warn_stale(path, &d.digest, cli->arena, &d.notes);
	cli_notes(cli, &d.notes);
	if (text) {
		describe_text(&d, cli->out);
		return true;
	}
	if (!describe_json(&d, &b, e))
		return false;
	fwrite(b.p, 1, b.n, cli->out);
	return true;
}

static bool
describe_run(struct cli *cli, void *opts, const struct opt_list *args,
	     struct err *e)
{
	const struct describe *o = opts;
	if (o->text && o->json)
		return err_set(e, ERR_USAGE, "give one of --text and --json");
	struct describe_plan plan = {
		.sha256 = o->sha256,
		.at = o->at == OPT_UNSET ? sys_now() : (int64_t)o->at,
	};
	return describe_file(cli, args->v[0], &plan, o->text, e);
}

static const struct cmd_example describe_examples[] = {
	{ "veraclave describe app.eif",
	  "print PCRs and all other fields as JSON" },
	{ "veraclave describe --text app.eif", "print a summary for people" },
	{ "curl -s https://example.org/app.eif | veraclave describe -",
	  "read an image from a pipe" },
	{ NULL, NULL },
};

const struct cmd cmd_describe = {
	.name = "describe",
	.group = CMD_CHECK,
	.about = "measure an enclave image and show its content",
	.args = "FILE",
	.min_args = 1,
	.max_args = 1,
	.opts = describe_opts,
	.size = sizeof(struct describe),
	.defaults = describe_defaults,
	.prose = "Prints the fields of \"nitro-cli describe-eif\" under the "
		 "same names, followed by ours. Reads the file once, with a "
		 "few MiB of memory; - is standard input.\n\nRefuses, with "
		 "exit status 3 and the name of the broken rule, a damaged "
		 "file and one that the hypervisor and AWS's tools would "
		 "measure differently. An unusual property that every reader "
		 "measures alike gives a warning.\n\nEifDigest depends on "
		 "every byte of the file: it is the SHA-384 of the header and, "
		 "for each section, of the section's header and the SHA-384 of "
		 "its data (eif-digest/1).",
	.examples = describe_examples,
	.run = describe_run,
};
