/* Keys of chains that tests make. They are public, and worth nothing. */
#include "attest/doc_kit.h"

/* clang-format off */
const struct kit_key kit_keys[KIT_KEYS] = {
	[KIT_ROOT] = {
		.curve = EC_P384,
		.pem =
	"-----BEGIN EC PRIVATE KEY-----\n"
	"MIGkAgEBBDBMapyBTu9bnhvriTUpfMDvYrPJY3A7NJart88MLb3y1hSH/llh+R2+\n"
	"wlyVY1fm3FqgBwYFK4EEACKhZANiAARNXxeKvP88qb0Gt0E5p5ksiLAGwRn4Jxpb\n"
	"0691GCC6jhZ2PoEmIDdQUXtRteaq8qa6xmSqXlOgDe4VctyqZIkbUw4wnYBoGa/5\n"
	"GBX9W88Op5ilQJUKFo1l8MfspHaAKEw=\n"
	"-----END EC PRIVATE KEY-----\n",
		.point =
	"044d5f178abcff3ca9bd06b74139a7992c88b006c119f827"
	"1a5bd3af751820ba8e16763e8126203750517b51b5e6aaf2"
	"a6bac664aa5e53a00dee1572dcaa64891b530e309d806819"
	"aff91815fd5bcf0ea798a540950a168d65f0c7eca4768028"
	"4c",
	},
	[KIT_REGION] = {
		.curve = EC_P384,
		.pem =
	"-----BEGIN EC PRIVATE KEY-----\n"
	"MIGkAgEBBDAeSpbndEIni8hPlWBnf7WaRr8BHhJ1a+fKKVKtTl+V0reaZQXt2Iml\n"
	"2JQTTWrj72mgBwYFK4EEACKhZANiAATgQkGDE7DuAdkbEfWDtDChQ8LeJ0bYrREn\n"
	"Z48n8dlUjBQJs27mCMsG2m3I0T6X64JBRq8HqShfXF/zA/ATGkUBJQAmsy3FukPA\n"
	"G2hCLfJVehKe96/gaG2nWsJcnBtI7lQ=\n"
	"-----END EC PRIVATE KEY-----\n",
		.point =
	"04e042418313b0ee01d91b11f583b430a143c2de2746d8ad"
	"1127678f27f1d9548c1409b36ee608cb06da6dc8d13e97eb"
	"824146af07a9285f5c5ff303f0131a4501250026b32dc5ba"
	"43c01b68422df2557a129ef7afe0686da75ac25c9c1b48ee"
	"54",
	},
	[KIT_ZONE] = {
		.curve = EC_P384,
		.pem =
	"-----BEGIN EC PRIVATE KEY-----\n"
	"MIGkAgEBBDCwY1+0E1srwZZRfNPZc3GiAsmqv2bhiqjEAc4xGzSdbKA5DgCHlIeZ\n"
	"uYskEhc/a/KgBwYFK4EEACKhZANiAAT3oUHaEHTZ7M8uW6KKEDGXOPYDQOYe7ZMH\n"
	"NiqFkkEi8c6cmLGpowBtV2LXhNZ1mhawWm/J4q2bSRLZMbxhRX99wMz6PGB5byyP\n"
	"G3OtrB0di/XMkkfsfjbGoGwjOZSKFXE=\n"
	"-----END EC PRIVATE KEY-----\n",
		.point =
	"04f7a141da1074d9eccf2e5ba28a10319738f60340e61eed"
	"9307362a85924122f1ce9c98b1a9a3006d5762d784d6759a"
	"16b05a6fc9e2ad9b4912d931bc61457f7dc0ccfa3c60796f"
	"2c8f1b73adac1d1d8bf5cc9247ec7e36c6a06c2339948a15"
	"71",
	},
	[KIT_INSTANCE] = {
		.curve = EC_P384,
		.pem =
	"-----BEGIN EC PRIVATE KEY-----\n"
	"MIGkAgEBBDBeA9EM0A9zDHpvZc0Y4gw9XwTKQwPNRsopW1qsVID1DbM2zhCt2GPa\n"
	"Hj6fj8qVuSagBwYFK4EEACKhZANiAASg0YCFx57XKMUnGQlUOeftdGjbwkHNq+ha\n"
	"RNom6AHTMRlupDy5PhLVwiqlP92YuYzEhMDRoJ/YPpkQTPukQVQDoJ7BnEYFD7no\n"
	"H2yg1biDKeCDlMTni8GL+0MPx7nc55M=\n"
	"-----END EC PRIVATE KEY-----\n",
		.point =
	"04a0d18085c79ed728c52719095439e7ed7468dbc241cdab"
	"e85a44da26e801d331196ea43cb93e12d5c22aa53fdd98b9"
	"8cc484c0d1a09fd83e99104cfba4415403a09ec19c46050f"
	"b9e81f6ca0d5b88329e08394c4e78bc18bfb430fc7b9dce7"
	"93",
	},
	[KIT_LEAF] = {
		.curve = EC_P384,
		.pem =
	"-----BEGIN EC PRIVATE KEY-----\n"
	"MIGkAgEBBDC8oDzVQoWxVkxD6yRma8KfQ8pTW2jpaG3ce5vVX0HQ0WJEIP20x+An\n"
	"UD8lNwcb5EugBwYFK4EEACKhZANiAATn9udnniRhJj/ZhKAj1dBYojQJ0UgtUcmR\n"
	"yL5neux9uqTdxQH4n7yJ8fKcjplUyLfljNOXB+HQo720/41ZcgU8VY1DAoiMn/gJ\n"
	"a1A06jgIAeecYjLcUqAu0HiMXJi3DsU=\n"
	"-----END EC PRIVATE KEY-----\n",
		.point =
	"04e7f6e7679e2461263fd984a023d5d058a23409d1482d51"
	"c991c8be677aec7dbaa4ddc501f89fbc89f1f29c8e9954c8"
	"b7e58cd39707e1d0a3bdb4ff8d5972053c558d4302888c9f"
	"f8096b5034ea380801e79c6232dc52a02ed0788c5c98b70e"
	"c5",
	},
	[KIT_OTHER] = {
		.curve = EC_P384,
		.pem =
	"-----BEGIN EC PRIVATE KEY-----\n"
	"MIGkAgEBBDCAzmL5mhpNcY6SmUsjiaBPH/sW6ipAVGrRW61VlU5y+26KRiuLvre1\n"
	"jJU4kLHrkougBwYFK4EEACKhZANiAASLvN7UJx+QMCCef75Bo7XEFUThPrhrEH17\n"
	"r9jlh3yS260Ay47O62AKgqX45jzJtBIx6BprAFJaqZGLrTLTSg2Aov7F76cHCdYr\n"
	"p3fCjvlHUnzR5ZjWibfZ0PMKA3T8jws=\n"
	"-----END EC PRIVATE KEY-----\n",
		.point =
	"048bbcded4271f9030209e7fbe41a3b5c41544e13eb86b10"
	"7d7bafd8e5877c92dbad00cb8eceeb600a82a5f8e63cc9b4"
	"1231e81a6b00525aa9918bad32d34a0d80a2fec5efa70709"
	"d62ba777c28ef947527cd1e598d689b7d9d0f30a0374fc8f"
	"0b",
	},
	[KIT_P256] = {
		.curve = EC_P256,
		.pem =
	"-----BEGIN EC PRIVATE KEY-----\n"
	"MHcCAQEEIJk7ivRYZza6PHUeh6o6EBPNIvcBbP158lNkVmQs4+1moAoGCCqGSM49\n"
	"AwEHoUQDQgAEGYKiREHZ+oqyNCkWYyF04pbJfHaR1FDVlh8tdGWUscGWU6sBXSW5\n"
	"y8MWZ0L7AwOWEfXNy2Wn8iLQAXaycc4cIg==\n"
	"-----END EC PRIVATE KEY-----\n",
		.point =
	"041982a24441d9fa8ab2342916632174e296c97c7691d450"
	"d5961f2d746594b1c19653ab015d25b9cbc3166742fb0303"
	"9611f5cdcb65a7f222d00176b271ce1c22",
	},
	[KIT_P521] = {
		.curve = EC_P521,
		.pem =
	"-----BEGIN EC PRIVATE KEY-----\n"
	"MIHcAgEBBEIA355QmBTb9niqVg6jXacT+5fs/WYjrKgQCq735guMxflCxvJd/lER\n"
	"rU2yhv7UBmrMmp/6gRSZ/OX8fW4xu9gM7AugBwYFK4EEACOhgYkDgYYABADSIOva\n"
	"MKP2r+3N0Jn1CFAH9xfk266zMT2HzkR1ZxYcRdztPLAcLv2rM8zJXJ5SeSRJNzWO\n"
	"00TcJtlNOjCWNMH5swCj0sLQIehc/wJrl8UeG99vyBFQyn8hPX2qkbI31wrBpZYO\n"
	"jp/yaJgq2LVdcqm1C1FYAncaSGv7TZAeUojrML0KGw==\n"
	"-----END EC PRIVATE KEY-----\n",
		.point =
	"0400d220ebda30a3f6afedcdd099f5085007f717e4dbaeb3"
	"313d87ce447567161c45dced3cb01c2efdab33ccc95c9e52"
	"79244937358ed344dc26d94d3a309634c1f9b300a3d2c2d0"
	"21e85cff026b97c51e1bdf6fc81150ca7f213d7daa91b237"
	"d70ac1a5960e8e9ff268982ad8b55d72a9b50b515802771a"
	"486bfb4d901e5288eb30bd0a1b",
	},
};
/* clang-format on */
