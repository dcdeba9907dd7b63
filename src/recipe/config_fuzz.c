/* Any text is a configuration, or is refused with a reason. */
#include "base/fuzz.h"

#include "recipe/config.h"

FUZZ(in)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct build_config c;
	if (config_parse(in, "d/enclave.toml", &a, &c, &e)) {
		ASSERT(c.from != CONFIG_FROM_ROOTFS || c.rootfs);
		ASSERT(c.from != CONFIG_FROM_IMAGE || c.image);
		ASSERT(!c.key || c.certificate);
		ASSERT(!c.boot_dir || !c.kernel);
	} else {
		ASSERT(e.code == ERR_INPUT || e.code == ERR_LIMIT);
		ASSERT(e.msg[0]);
	}
	arena_finish(&a);
}
