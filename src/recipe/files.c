#include "recipe/files.h"

#include "base/path.h"
#include "recipe/from.h"

static bool
claim_boot(const struct build_config *b, struct claims *c, struct err *e)
{
	static const char *const names[] = { "bzImage", "bzImage.config",
					     "Image",   "cmdline",
					     "init",    "nsm.ko" };
	for (size_t i = 0; b->boot_dir && i < COUNT(names); i++) {
		const char *path = path_join(c->arena, b->boot_dir, names[i]);
		if (!path)
			return err_full(e, "a file name");
		if (!claim_input(c, "a file of the boot side", path, e))
			return false;
	}
	return claim_input(c, "the kernel", b->kernel, e) &&
	       claim_input(c, "the init", b->init, e) &&
	       claim_input(c, "the module", b->nsm_ko, e);
}

bool
build_claims(const struct build_job *job, struct claims *c, struct err *e)
{
	const struct build_config *b = job->config;
	struct source_options o;
	struct source s;
	return claim_input(c, "the build's description", b->path, e) &&
	       claim_input(c, "the certificate", b->certificate, e) &&
	       claim_input(c, "the key", b->key, e) &&
	       claim_input(c, "the PIN", b->pin_file, e) &&
	       claim_input(c, "the passphrase", b->passphrase_file, e) &&
	       from_there(job, c->arena, &o, &s, e) &&
	       source_claims(&s, &o, c, e) && claim_boot(b, c, e);
}
