#include "pcrs/bootstack.h"

#include <string.h>

#include "base/arena.h"
#include "codec/hex.h"

/* Published constants of the tools' own tests, but for the two marked rows and
 * our own stacks: kernel/stack says what the present one is made with. */
static const struct bootstack known[] = {
	{
		"cc0749fddbb889480234b93192ae55609c91dd415028ce34"
		"74d26d363c61722b87e0ce86086782c649e14d9629467c2b",
		"x86_64",
		"nitro-cli 0.1.0",
		"aws-nitro-enclaves-cli tests/tests.rs v0.1.0",
	},
	{
		"c35e620586e91ed40ca5ce360eedf77ba673719135951e29"
		"3121cb3931220b00f87b5a15e94e25c01fecd08fc9139342",
		"x86_64",
		"nitro-cli 1.0.10 to 1.0.12",
		"aws-nitro-enclaves-cli tests/tests.rs v1.0.12",
	},
	{
		"5c01976a546ec6b740353189afd3bf5fe29df96328887111"
		"e7c802cf2ff5ad636deed2ab8254e7a51a45fca01d0ae062",
		"x86_64",
		"nitro-cli 1.1.0",
		"aws-nitro-enclaves-cli tests/tests.rs v1.1.0",
	},
	{
		"457a4474176f2066cfb963e7f3d2004e94f3c6add53590e7"
		"635523e68c50edcb75d8666c99f4a83d5d7982f39a54986e",
		"aarch64",
		"nitro-cli 1.1.0",
		"aws-nitro-enclaves-cli tests/tests.rs v1.1.0",
	},
	{
		"bcdf05fefccaa8e55bf2c8d6dee9e79bbff31e34bf28a99a"
		"a19e6b29c37ee80b214a414b7607236edf26fcb78654e63f",
		"x86_64",
		"nitro-cli 1.2.0 to 1.3.0",
		"aws-nitro-enclaves-cli tests/tests.rs v1.3.0",
	},
	{
		"5d3938eb05288e20a981038b1861062ff4174884968a39ae"
		"e5982b312894e60561883576cc7381d1a7d05b809936bd16",
		"aarch64",
		"nitro-cli 1.2.0 to 1.3.0",
		"aws-nitro-enclaves-cli tests/tests.rs v1.3.0",
	},
	{
		"0343b056cd8485ca7890ddd833476d78460aed2aa161548e"
		"4e26bedf321726696257d623e8805f3f605946b3d8b0c6aa",
		"x86_64",
		"nitro-cli 1.3.1 to 1.5.0 (blobs of the repository)",
		"aws-nitro-enclaves-cli tests/tests.rs v1.5.0",
	},
	{
		"745004eab9a0fb4a67973b261c6e7fa5418dc87029292759"
		"1574385649338e54686cdeb659f3c6c2e72ba11aba2158a8",
		"aarch64",
		"nitro-cli 1.3.1 to 1.5.0 (blobs of the repository)",
		"aws-nitro-enclaves-cli tests/tests.rs v1.5.0",
	},
	{
		"4b4d5b3661b3efc12920900c80e126e4ce783c522de6c02a"
		"2a5bf7af3a2b9327b86776f188e4be1c1c404a129dbda493",
		"x86_64",
		"aws-nitro-enclaves-cli 1.4 of Amazon Linux 2023",
		"inferred: enclaver-io/enclaver#238, nitro-cli#646, "
		"attestation documents",
	},
	{
		"fa2593b59f3e4fc7daba5cbdddfd3449d67cd02d43bb1128"
		"885e8f38b914d081dccdb68fff6d5b7a76bcb866a18a74a3",
		"x86_64",
		"Base proof system, kernel 6.6.38",
		"base/base PR#2766; base-org/nitro-validator tests",
	},
	{
		"46adaa05a9135ef8faa0567472e5ca85cc7d2be9231633e8"
		"c04b72be527443a1e19c7bbcb7fbd1be07a870bbd0d20afa",
		"x86_64",
		"veraclave boot stack 1",
		"superseded; Debian 12, linux-source-6.12 6.12.117",
	},
	{
		"49a34fd928849ce95ce876e03aef2bc73fda2e51d959bc1b"
		"4e5645862f4086c2801bd16da3d13d22d0eac17f69ce7109",
		"x86_64",
		"veraclave boot stack 2",
		"superseded; Debian 12, linux-source-6.12 6.12.117",
	},
	{
		"929085a00955fe9b2b473353525ea4c332826a37687d108e"
		"f3309f587d993e79b6e1f6715219ea6fa9492fb9633b083c",
		"x86_64",
		"veraclave boot stack 3",
		"kernel/stack",
	},
};

const struct bootstack *
bootstack_find(struct span pcr1)
{
	struct arena a;
	const struct bootstack *found = NULL;
	arena_init(&a, 4096);
	const char *hex = hex_of(&a, pcr1);
	for (size_t i = 0; hex && i < COUNT(known) && !found; i++)
		if (strcmp(known[i].pcr1, hex) == 0)
			found = &known[i];
	arena_finish(&a);
	return found;
}
