/* Entry points of a fuzz target: see base/fuzz.h. */
#include "base/fuzz.h"

#ifdef LIBFUZZER
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	fuzz_one((struct span){ p, n });
	return 0;
}
#else
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static unsigned replayed;

static int
replay(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)ftw;
	if (flag != FTW_F)
		return 0;
	FILE *f = fopen(path, "rb");
	size_t size = (size_t)st->st_size;
	uint8_t *p = malloc(size + 1);
	if (!f || !p || fread(p, 1, size, f) != size) {
		fprintf(stderr, "cannot read %s\n", path);
		exit(1);
	}
	fclose(f);
	fuzz_one((struct span){ p, size });
	free(p);
	replayed++;
	return 0;
}

int
main(int argc, char **argv)
{
	fuzz_one((struct span){ 0 });
	for (int i = 1; i < argc; i++)
		if (nftw(argv[i], replay, 16, FTW_PHYS) != 0) {
			fprintf(stderr, "no corpus at %s\n", argv[i]);
			return 1;
		}
	printf("%sok replay_%u_inputs\n",
	       argc > 1 && replayed == 0 ? "not " : "", replayed);
	return argc > 1 && replayed == 0;
}
#endif
