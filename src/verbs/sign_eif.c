/* sign-eif: puts a signature into an enclave image. */
#include "verbs/sign_eif.h"

#include <string.h>

#include "base/fmt.h"
#include "base/limits.h"
#include "recipe/record.h"
#include "eif/signing.h"
#include "pcrs/measurements.h"
#include "pcrs/pcr.h"
#include "sys/claim.h"
#include "sys/env.h"
#include "sys/fs.h"

enum { SIGNATURE_MAX = 4096 };

static const struct opt sign_eif_opts[] = {
	OPT_STR('c', "signing-certificate", struct sign_eif, cert, "FILE",
		"certificate in PEM, on P-256, P-384 or P-521"),
	OPT_STR('k', "private-key", struct sign_eif, key, "KEY",
		"its key: a PEM file, fd:N, or a pkcs11: URI"),
	OPT_STR('o', "output", struct sign_eif, output, "FILE",
		"the signed image; without it, the old one is replaced"),
	OPT_STR(0, "passphrase-file", struct sign_eif, passphrase, "FILE",
		"passphrase of an encrypted key; fd:N reads a descriptor"),
	OPT_STR(0, "pin-file", struct sign_eif, pin, "FILE",
		"PIN of the token; fd:N reads a descriptor"),
	OPT_U64(0, "at", struct sign_eif, at, "EPOCH", 0, INT64_MAX,
		"check the certificate at this time instead of now"),
	OPT_STR(0, "detached", struct sign_eif, detached, "FILE",
		"do not sign; write the bytes to sign to this file, - is "
		"stdout"),
	OPT_FLAG(0, "digest", struct sign_eif, digest,
		 "with --detached: write only their digest"),
	OPT_STR(0, "attach", struct sign_eif, attach, "FILE",
		"do not sign; use this signature, raw or DER"),
	OPT_STR(0, "pcrs", struct sign_eif, record, "FILE",
		"the image's pcrs.json, which is updated; default: the one "
		"beside the image, if it exists"),
	OPT_STR(0, "eif-path", struct sign_eif, eif, "FILE",
		"the image, as with nitro-cli"),
	OPT_END,
};

static void
sign_eif_defaults(void *opts)
{
	*(struct sign_eif *)opts = SIGN_EIF_DEFAULTS;
}

/* What the work goes on. */
struct work {
	struct cli *cli;
	const struct sign_eif *o;
	struct notes *notes;
	const char *path;
	struct blob in;
	struct eif eif;
	struct measured before;
	struct eif_signer signer;
	const char *to;         /* the signed image */
	const char *record;     /* pcrs.json of the image, if it is there */
	const char *new_record; /* and of the signed one */
};

static bool
check_options(const struct cli *cli, const struct sign_eif *o, struct err *e)
{
	if (!o->cert)
		return err_set(e, ERR_USAGE,
			       "--signing-certificate is missing");
	if (!o->key + !o->detached + !o->attach != 2) {
		err_set(e, ERR_USAGE,
			"give one of --private-key, --detached"
			" and --attach");
		return err_hint(e, "--private-key signs here; --detached and "
				   "--attach are for a key on another system");
	}
	if (o->digest && !o->detached)
		return err_set(e, ERR_USAGE, "--digest goes with --detached");
	if (o->detached && strcmp(o->detached, "-") == 0 &&
	    !cli_bytes(cli, "--detached FILE", e))
		return false;
	if (o->key && span_starts(span_str(o->key), SPAN("arn:"))) {
		err_set(e, ERR_USAGE, "veraclave does not connect to AWS KMS");
		return err_hint(e, "--detached FILE --digest, then aws kms"
				   " sign --message-type DIGEST, then --attach:"
				   " see the examples of this verb");
	}
	return true;
}

static struct signing
signing_of(const struct sign_eif *o)
{
	return (struct signing){
		.cert = o->cert,
		.key = o->key,
		.passphrase = o->passphrase,
		.pin = o->pin,
		.passphrase_by = "--passphrase-file FILE",
		.pin_by = "--pin-file FILE",
		.at = o->at == OPT_UNSET ? sys_now() : (int64_t)o->at,
	};
}

static bool
sign_here(const struct work *w, struct buf *section, struct err *e)
{
	struct signing s = signing_of(w->o);
	return signing_section(&s, &w->signer, hash_span(&w->before.pcr0),
			       w->notes, section, e);
}

static bool
take_attached(const struct work *w, struct buf *section, struct err *e)
{
	struct span sig;
	return fs_read(w->o->attach, SIGNATURE_MAX, w->cli->arena, &sig, e) &&
	       eif_signer_attach(&w->signer, hash_span(&w->before.pcr0), sig,
				 section, e);
}

/* The bytes for a key that lives elsewhere. */
static bool
write_detached(const struct work *w, struct err *e)
{
	struct hash h;
	DEFER(buf_free) struct buf tbs = buf_max(KIB);
	enum ec_curve c = w->signer.cert.curve;
	if (!eifsig_tbs(c, hash_span(&w->before.pcr0), &tbs, e))
		return false;
	struct span what = buf_view(&tbs);
	if (w->o->digest) {
		if (!digest_of(ec_digest(c), &what, 1, &h, e))
			return false;
		what = hash_span(&h);
	}
	if (strcmp(w->o->detached, "-") != 0)
		return fs_write_file(w->o->detached, what, 0666, e);
	fwrite(what.p, 1, what.n, w->cli->out);
	return true;
}

/* As nitro-cli prints it. */
static bool
print_measurements(const struct work *w, struct err *e)
{
	struct hash pcr8;
	DEFER(buf_free) struct buf b = buf_max(64 * KIB);
	const struct measured *m = &w->before;
	if (!pcr_of_data(w->signer.cert.der, &pcr8, e))
		return false;
	struct pcr_set s = pcr_image(&m->pcr0, &m->pcr1, &m->pcr2, &pcr8);
	if (!measurements_text(&b, &s, e))
		return false;
	if (cli_tells(w->cli))
		fwrite(b.p, 1, b.n, w->cli->out);
	return true;
}

/* The record beside the image, or the one that was named, for the image as it
 * is now. Without one, and with one of another image, there is none. */
static bool
new_record(const struct work *w, const struct eif_signed *now,
	   struct buf *record, struct err *e)
{
	struct hash before, pcr8;
	struct span old;
	const char *path = w->record;
	if (!w->o->record && fs_kind(path) == FS_NONE)
		return true;
	if (!fs_read(path, LIMIT_JSON, w->cli->arena, &old, e) ||
	    !eif_digest(&w->eif, &w->before, &before, e) ||
	    !pcr_of_data(w->signer.cert.der, &pcr8, e))
		return false;
	if (record_signed(old, &before, now, &pcr8, record, e))
		return true;
	if (w->o->record)
		return err_ctx(e, "%s", show_str(path).s);
	note_warn(w->notes, "record-other",
		  "%s was not updated and does not match the signed image: %s",
		  show_str(path).s, e->msg);
	*e = (struct err){ 0 };
	buf_clear(record);
	return true;
}

static bool
open_record(const struct work *w, const struct buf *record, struct out *out,
	    struct err *e)
{
	return out_open(out, w->new_record, 0666, e) &&
	       fs_write(out->fd, buf_view(record), e);
}

static bool
write_signed(const struct work *w, struct span section, struct err *e)
{
	DEFER(out_abort) struct out image = OUT_NONE;
	DEFER(out_abort) struct out record = OUT_NONE;
	DEFER(buf_free) struct buf text = buf_max(LIMIT_JSON);
	struct out *const all[] = { &image, &record };
	struct eif_signed now;
	struct eif_sign_plan plan = { .in = &w->in,
				      .eif = &w->eif,
				      .before = &w->before,
				      .section = section,
				      .progress = w->cli->progress };
	if (!out_open(&image, w->to, 0666, e) ||
	    !eif_sign_copy(&plan, image.fd, w->cli->arena, &now, e) ||
	    !new_record(w, &now, &text, e) ||
	    (text.n && !open_record(w, &text, &record, e)) ||
	    !out_commit_all(all, text.n ? 2 : 1, e))
		return false;
	if (eif_find(&w->eif, EIF_SIGNATURE) < w->eif.n)
		note_info(w->notes, "sign-replaced",
			  "the existing signature is replaced");
	record_warn_stale(w->to, &now.digest, w->cli->arena, w->notes);
	if (text.n)
		note_info(w->notes, "sign-record",
			  "the measurements of the signed image are in %s",
			  show_str(w->new_record).s);
	return true;
}

static bool
open_signer(struct work *w, struct err *e)
{
	struct signing s = signing_of(w->o);
	return signing_open(&s, w->cli->arena, w->notes, &w->signer, e);
}

static bool
open_image(struct work *w, int *fd, struct err *e)
{
	struct eif_measure_plan plan = { .progress = w->cli->progress };
	if (!fs_open(w->path, fd, e))
		return false;
	if (fs_blob(*fd, &w->in, e) && eif_open(&w->in, &w->eif, w->notes, e) &&
	    eif_measure(&w->in, &w->eif, &plan, w->cli->arena, &w->before, e))
		return true;
	return err_ctx(e, "%s", show_str(w->path).s);
}

/* The image itself may be written over; nothing else that is read may. */
static bool
claim_all(const struct work *w, struct err *e)
{
	const struct sign_eif *o = w->o;
	struct claims c = { .arena = w->cli->arena };
	return claim_input(&c, "the certificate", o->cert, e) &&
	       claim_input(&c, "the key", o->key, e) &&
	       claim_input(&c, "the passphrase", o->passphrase, e) &&
	       claim_input(&c, "the PIN", o->pin, e) &&
	       claim_input(&c, "the signature", o->attach, e) &&
	       (o->detached ? claim_input(&c, "the image", w->path, e)
			    : claim_output(&c, "the image", w->to, e) &&
				      claim_output(&c, "its record",
						   w->new_record, e)) &&
	       claim_output(&c, "what is to be signed", o->detached, e);
}

static bool
work(struct work *w, struct err *e)
{
	DEFER(fd_closep) int fd = -1;
	DEFER(buf_free) struct buf section = buf_max(LIMIT_EIF_SIGNATURE);
	if ((w->o->output && !cli_output(w->o->output, e)) ||
	    !claim_all(w, e) || !open_signer(w, e) || !open_image(w, &fd, e))
		return false;
	if (w->o->detached)
		return write_detached(w, e);
	bool ok = w->o->attach ? take_attached(w, &section, e)
			       : sign_here(w, &section, e);
	return ok && write_signed(w, buf_view(&section), e) &&
	       print_measurements(w, e);
}

/* A link stays one: what it leads to is what gets signed. A record that was
 * named is written where it is, others beside the signed image. Beside the
 * link is looked first. */
static bool
find_names(struct work *w, struct err *e)
{
	struct arena *a = w->cli->arena;
	const struct sign_eif *o = w->o;
	const char *real = fs_real_path(a, w->path);
	w->to = o->output ? o->output : real ? real : w->path;
	w->record = o->record ? o->record : record_path(w->path, a);
	if (!o->record && real && w->record && fs_kind(w->record) == FS_NONE)
		w->record = record_path(real, a);
	w->new_record = o->record   ? o->record
			: o->output ? record_path(o->output, a)
				    : w->record;
	return (w->record && w->new_record) ||
	       err_full(e, "the names of files");
}

bool
sign_eif_file(struct cli *cli, const struct sign_eif *o, struct err *e)
{
	struct notes notes = { .arena = cli->arena };
	struct work w = { .cli = cli, .o = o, .notes = &notes, .path = o->eif };
	if (!check_options(cli, o, e))
		return false;
	bool ok = find_names(&w, e) && work(&w, e);
	eif_signer_finish(&w.signer);
	cli_notes(cli, &notes);
	return ok;
}

static bool
sign_eif_run(struct cli *cli, void *opts, const struct opt_list *args,
	     struct err *e)
{
	struct sign_eif *o = opts;
	if ((o->eif != NULL) + args->n != 1)
		return err_set(e, ERR_USAGE, "name one image");
	if (args->n)
		o->eif = args->v[0];
	return sign_eif_file(cli, o, e);
}

static const struct cmd_example sign_eif_examples[] = {
	{ "veraclave sign-eif app.eif -c cert.pem -k key.pem",
	  "sign with a key in a file" },
	{ "veraclave sign-eif app.eif -c cert.pem -k 'pkcs11:object=eif' "
	  "--pin-file p",
	  "sign with a key in a token" },
	{ "veraclave sign-eif app.eif -c cert.pem --detached tbs --digest",
	  "write the digest, to sign it elsewhere, for example with aws kms "
	  "sign --message-type DIGEST --message fileb://tbs" },
	{ "veraclave sign-eif app.eif -c cert.pem --attach sig.der",
	  "put that signature into the image" },
	{ NULL, NULL },
};

const struct cmd cmd_sign_eif = {
	.name = "sign-eif",
	.group = CMD_BUILD,
	.about = "sign an enclave image",
	.args = "[FILE]",
	.max_args = 1,
	.opts = sign_eif_opts,
	.size = sizeof(struct sign_eif),
	.prose = "Signs PCR0 of an image with the key of a certificate and "
		 "puts signature and certificate into the image; they replace "
		 "an existing signature. PCR8 of the enclave is then the "
		 "measurement of the certificate. PCR0, PCR1 and PCR2 do not "
		 "change: the new file is read and compared before it replaces "
		 "the old one. The same step updates the image's "
		 "pcrs.json.\n\nA key that does not belong to the certificate, "
		 "and a certificate that is not valid at the time, are "
		 "refused, because the hypervisor would not start such an "
		 "image.\n\nA key in a file signs deterministically (RFC "
		 "6979): signing the same image again gives the same bytes. A "
		 "token uses a random number for each signature.",
	.examples = sign_eif_examples,
	.defaults = sign_eif_defaults,
	.run = sign_eif_run,
};
