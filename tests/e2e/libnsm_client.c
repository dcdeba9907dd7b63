/* A program written for AWS's libnsm. libnsm_client DOCUMENT */
#include <stdio.h>
#include <string.h>

#include <nsm.h>

#define MUST(c)                                                         \
	do {                                                            \
		if (!(c)) {                                             \
			fprintf(stderr, "line %d: %s\n", __LINE__, #c); \
			return 1;                                       \
		}                                                       \
	} while (0)

int
main(int argc, char **argv)
{
	static uint8_t doc[16384], big[5000];
	uint8_t pcr[48], small[8], random[300];
	uint32_t n = sizeof pcr, few = sizeof small, len = sizeof doc;
	uintptr_t some = sizeof random;
	NsmDescription d;
	bool lock = true;
	int32_t fd = nsm_lib_init();
	MUST(argc == 2 && fd >= 0);
	MUST(nsm_get_description(fd, &d) == ERROR_CODE_SUCCESS);
	MUST(d.max_pcrs == 32 && d.locked_pcrs_len == 16 &&
	     d.locked_pcrs[15] == 15 && d.digest == DIGEST_SHA384 &&
	     strlen((char *)d.module_id) == d.module_id_len &&
	     d.module_id_len == 39);
	MUST(nsm_describe_pcr(fd, 16, &lock, pcr, &n) == ERROR_CODE_SUCCESS);
	MUST(!lock && n == 48 && pcr[0] == 0);
	MUST(nsm_extend_pcr(fd, 16, (const uint8_t *)"abcd", 4, pcr, &n) ==
	     ERROR_CODE_SUCCESS);
	MUST(nsm_describe_pcr(fd, 16, &lock, small, &few) ==
	     ERROR_CODE_BUFFER_TOO_SMALL);
	MUST(few == 8 && memcmp(small, pcr, 8) == 0);
	MUST(nsm_lock_pcr(fd, 16) == ERROR_CODE_SUCCESS);
	MUST(nsm_lock_pcrs(fd, 16) == ERROR_CODE_SUCCESS);
	MUST(nsm_lock_pcr(fd, 16) == ERROR_CODE_READ_ONLY_INDEX);
	MUST(nsm_extend_pcr(fd, 32, pcr, 1, pcr, &n) ==
	     ERROR_CODE_INVALID_INDEX);
	MUST(nsm_extend_pcr(fd, 17, NULL, 1, pcr, &n) ==
	     ERROR_CODE_INVALID_ARGUMENT);
	MUST(nsm_extend_pcr(fd, 17, big, sizeof big, pcr, &n) ==
	     ERROR_CODE_INPUT_TOO_LARGE);
	MUST(nsm_get_random(fd, random, &some) == ERROR_CODE_SUCCESS);
	MUST(some == 256);
	MUST(nsm_get_attestation_doc(fd, big, 0, (const uint8_t *)"nonce", 5,
				     NULL, 0, doc, &len) == ERROR_CODE_SUCCESS);
	FILE *f = fopen(argv[1], "wb");
	MUST(f && fwrite(doc, 1, len, f) == len && fclose(f) == 0);
	nsm_lib_exit(fd);
	MUST(nsm_lock_pcr(fd, 17) == ERROR_CODE_INTERNAL_ERROR);
	return 0;
}
