/* pcr: the register value that one file alone gives. */
#include "base/fmt.h"
#include "verbs/verbs.h"
#include "codec/jwrite.h"
#include "codec/pem.h"
#include "crypto/x509.h"
#include "pcrs/pcr.h"
#include "sys/fs.h"

struct pcr {
	const char *input, *certificate;
};

static const struct opt pcr_opts[] = {
	OPT_STR('i', "input", struct pcr, input, "FILE",
		"the file to measure: E(0, SHA-384(file)), printed as PCR"),
	OPT_STR(0, "signing-certificate", struct pcr, certificate, "FILE",
		"print PCR8 of images signed with this certificate (PEM or "
		"DER)"),
	OPT_END,
};

/* Any file may be measured, up to this size. */
static uint64_t
any_file(struct span head)
{
	(void)head;
	return LIMIT_STREAM;
}

static bool
of_input(const char *path, struct hash *out, struct err *e)
{
	DEFER(fd_closep) int fd = -1;
	struct blob b;
	if (!fs_open_any(path, any_file, &fd, e))
		return false;
	return (fs_blob(fd, &b, e) && pcr_of_blob(&b, out, e)) ||
	       err_ctx(e, "%s", show_str(path).s);
}

static bool
of_certificate(const char *path, struct arena *a, struct hash *out,
	       struct err *e)
{
	struct span text;
	struct x509 x;
	if (!fs_read(path, LIMIT_PEM, a, &text, e))
		return false;
	bool ok = x509_parse_file(text, a, &x, e);
	return (ok && pcr_of_data(x.der, out, e)) ||
	       err_ctx(e, "%s", show_str(path).s);
}

static bool
pcr_run(struct cli *cli, void *opts, const struct opt_list *args, struct err *e)
{
	const struct pcr *o = opts;
	DEFER(buf_free) struct buf b = buf_max(4 * KIB);
	struct jw w = jw_into(&b, 2);
	struct hash h;
	(void)args;
	if (!o->input == !o->certificate) {
		return err_set(e, ERR_USAGE,
			       "give one of --input and "
			       "--signing-certificate");
	}
	bool ok = o->input ? of_input(o->input, &h, e)
			   : of_certificate(o->certificate, cli->arena, &h, e);
	if (!ok)
		return false;
	jw_map(&w, NULL);
	jw_hex(&w, o->input ? "PCR" : "PCR8", hash_span(&h));
	jw_end(&w);
	buf_u8(&b, '\n');
	if (!jw_ok(&w, e))
		return false;
	fwrite(b.p, 1, b.n, cli->out);
	return true;
}

static const struct cmd_example pcr_examples[] = {
	{ "veraclave pcr --input app-ramdisk.cpio",
	  "print PCR2 of an image whose second and last ramdisk is this file" },
	{ "veraclave pcr --signing-certificate cert.pem",
	  "print PCR8 of images signed with it" },
	{ NULL, NULL },
};

const struct cmd cmd_pcr = {
	.name = "pcr",
	.group = CMD_CHECK,
	.about = "compute a register value from one file",
	.opts = pcr_opts,
	.size = sizeof(struct pcr),
	.examples = pcr_examples,
	.run = pcr_run,
};
