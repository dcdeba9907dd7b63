/*
 * Measures an enclave image and tells what is in it. Uses the public API alone;
 * the image is read with pread, and could be read from anywhere.
 *
 *   cc inspect.c $(pkg-config --cflags --libs veraclave) -o inspect
 *   ./inspect IMAGE.EIF
 *
 * Exit status: 0 measured, 1 refused, 2 wrong use or no memory.
 */
#define _XOPEN_SOURCE 700
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <veraclave/eif.h>

static int64_t
read_at(void *self, void *out, size_t size, uint64_t at)
{
	ssize_t n;
	do
		n = pread(*(int *)self, out, size, (off_t)at);
	while (n < 0 && errno == EINTR);
	return n;
}

/* "PCR0 76929002...", when there is such a field. */
static void
put_hex(const char *name, const veraclave_eif *f,
	enum veraclave_eif_field field, unsigned index)
{
	size_t n;
	const unsigned char *p = veraclave_eif_bytes(f, field, index, &n);
	if (!p)
		return;
	fputs(name, stdout);
	for (size_t i = 0; i < n; i++)
		printf("%02x", p[i]);
	putchar('\n');
}

static void
put_sections(const veraclave_eif *f)
{
	static const char *const names[] = {
		"unknown", "kernel",    "cmdline",
		"ramdisk", "signature", "metadata"
	};
	for (size_t i = 0; i < veraclave_eif_sections(f); i++) {
		printf("section %s %llu %u ",
		       names[veraclave_eif_section_type(f, i)],
		       (unsigned long long)veraclave_eif_section_size(f, i),
		       veraclave_eif_section_flags(f, i));
		put_hex("", f, VERACLAVE_EIF_SECTION, (unsigned)i);
	}
}

static void
put_signature(const veraclave_eif *f)
{
	static const char *const worth[] = { "unknown", "none", "good",
					     "forged", "of another image" };
	enum veraclave_signature s = veraclave_eif_signature(f);
	printf("signature %s\n", worth[s]);
	if (veraclave_eif_subject(f))
		printf("signer %s, valid from %lld to %lld\n",
		       veraclave_eif_subject(f),
		       (long long)veraclave_eif_not_before(f),
		       (long long)veraclave_eif_not_after(f));
}

static void
tell(const veraclave_eif *f)
{
	static const char *const arch[] = { "unknown", "x86_64", "aarch64" };
	printf("version %u\n", veraclave_eif_version(f));
	printf("architecture %s\n", arch[veraclave_eif_arch(f)]);
	put_hex("PCR0 ", f, VERACLAVE_EIF_PCR, 0);
	put_hex("PCR1 ", f, VERACLAVE_EIF_PCR, 1);
	put_hex("PCR2 ", f, VERACLAVE_EIF_PCR, 2);
	put_hex("PCR8 ", f, VERACLAVE_EIF_PCR, 8);
	put_hex("digest ", f, VERACLAVE_EIF_DIGEST, 0);
	put_sections(f);
	put_signature(f);
	for (size_t i = 0; i < veraclave_eif_warnings(f); i++)
		fprintf(stderr, "inspect: %s [%s]\n",
			veraclave_eif_warning_text(f, i),
			veraclave_eif_warning_code(f, i));
}

static int
inspect(int fd, uint64_t size)
{
	veraclave_eif *f = veraclave_eif_new();
	if (!f)
		return 2;
	veraclave_eif_set_threads(f, 2);
	enum veraclave_status s = veraclave_eif_open(f, read_at, &fd, size);
	if (s == VERACLAVE_OK)
		s = veraclave_eif_measure(f);
	if (s == VERACLAVE_OK)
		tell(f);
	else
		fprintf(stderr, "inspect: %s [%s]\n", veraclave_eif_error(f),
			veraclave_eif_error_code(f));
	veraclave_eif_free(f);
	return s == VERACLAVE_OK ? 0 : 1;
}

int
main(int argc, char **argv)
{
	struct stat st;
	if (argc != 2) {
		fputs("usage: inspect IMAGE.EIF\n", stderr);
		return 2;
	}
	int fd = open(argv[1], O_RDONLY), status = 2;
	if (fd < 0 || fstat(fd, &st) != 0)
		perror(argv[1]);
	else
		status = inspect(fd, (uint64_t)st.st_size);
	if (fd >= 0)
		close(fd);
	return status;
}
