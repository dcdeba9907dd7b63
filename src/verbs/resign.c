/* resign: signs documents that QEMU's security module does not sign. */
#include "cli/cmd.h"

#include "attest/text.h"
#include "base/limits.h"
#include "sim/resign.h"
#include "sys/claim.h"
#include "sys/fs.h"

enum { SIGNED_MAX = 64 * KIB };

struct resign {
	const char *root, *output;
};

static const struct opt resign_opts[] = {
	OPT_STR(0, "root", struct resign, root, "DIR",
		"the directory of the root of class qemu"),
	OPT_STR('o', "output", struct resign, output, "FILE",
		"the output file instead of standard output"),
	OPT_END,
};

static bool
sign(struct cli *cli, const struct sim_root *root, const char *path,
     struct buf *out, struct err *e)
{
	struct span in;
	return fs_read(path, DOC_TEXT_MAX + 1, cli->arena, &in, e) &&
	       resign_fresh(root, in, cli->arena, out, e);
}

static bool
resign_run(struct cli *cli, void *opts, const struct opt_list *args,
	   struct err *e)
{
	const struct resign *o = opts;
	DEFER(sim_root_finish) struct sim_root root = { 0 };
	DEFER(buf_free) struct buf out = buf_max(SIGNED_MAX);
	if (!o->root) {
		err_set(e, ERR_USAGE, "--root is missing");
		return err_hint(e,
				"make a root, once, with \"veraclave simulate"
				" init --class qemu DIR\", and give --root"
				" DIR");
	}
	if (!o->output && !cli_bytes(cli, "--output FILE", e))
		return false;
	struct claims claims = { .arena = cli->arena };
	if (!claim_input(&claims, "the document", args->v[0], e) ||
	    !claim_tree(&claims, "the root", o->root, e) ||
	    !claim_output(&claims, "the signed document", o->output, e))
		return false;
	if (!resign_root(o->root, cli->arena, &root, e) ||
	    !sign(cli, &root, args->v[0], &out, e))
		return false;
	if (o->output)
		return fs_write_file(o->output, buf_view(&out), 0644, e);
	fwrite(out.p, 1, out.n, cli->out);
	return true;
}

static const struct cmd_example resign_examples[] = {
	{ "veraclave simulate init --class qemu qemu", "make the root once" },
	{ "veraclave resign doc.bin --root qemu -o signed.bin",
	  "sign a document that a guest got from QEMU" },
	{ "veraclave verify signed.bin --pcrs a.json --trust "
	  "qemu:qemu/root.der",
	  "verify it, and name the root to trust" },
	{ NULL, NULL },
};

const struct cmd cmd_resign = {
	.name = "resign",
	.group = CMD_RUN,
	.about = "sign a document that QEMU's module left unsigned",
	.args = "DOC",
	.min_args = 1,
	.max_args = 1,
	.opts = resign_opts,
	.size = sizeof(struct resign),
	.prose = "QEMU's nitro-enclave machine measures the image and answers "
		 "on /dev/nsm, but its documents have algorithm -1 and zeros "
		 "for certificates and signature; verify refuses them with "
		 "doc-qemu. resign signs such a document below a root of class "
		 "qemu. Registers, user data, nonce, public key, module id and "
		 "time do not change. The certificates start at the time of "
		 "the document and are valid for three hours.\n\nDOC is a "
		 "file, or - for standard input: the document's bytes, base64 "
		 "or hex. Any other document is refused. The result passes if "
		 "--trust or a policy names the root as qemu:FILE. It proves "
		 "nothing about hardware; use it to test programs and "
		 "protocols.\n\nExit status: 0 signed, 1 not a document of "
		 "QEMU, 3 not a document.",
	.examples = resign_examples,
	.run = resign_run,
};
