/*
 * A relying party in one file: asks for a nonce's worth of freshness, judges
 * the document that came back, and says why. Uses the public API alone.
 *
 *   cc verify.c $(pkg-config --cflags --libs veraclave) -o verify
 *   ./verify DOCUMENT PCRS.JSON [NONCE-HEX [ROOT]]
 *
 * ROOT is a simulator's root, for development: without it only AWS's hardware
 * is believed. Exit status: 0 pass, 1 any other result, 2 wrong use.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <veraclave/verify.h>

#define FILE_MAX 65536

static size_t
load(const char *path, char *out)
{
	FILE *f = fopen(path, "rb");
	size_t n = f ? fread(out, 1, FILE_MAX, f) : 0;
	if (!f || ferror(f) || n == FILE_MAX) {
		fprintf(stderr, "verify: cannot read %s\n", path);
		exit(2);
	}
	fclose(f);
	return n;
}

static size_t
unhex(const char *text, unsigned char *out, size_t max)
{
	size_t n = 0;
	for (; text[0] && text[1] && n < max; text += 2) {
		char two[] = { text[0], text[1], 0 };
		out[n++] = (unsigned char)strtoul(two, NULL, 16);
	}
	return n;
}

/* What does not change from document to document. */
static veraclave_verifier *
set_up(const char *pcrs, const char *root)
{
	static char text[FILE_MAX];
	veraclave_verifier *v = veraclave_verifier_new();
	if (!v)
		return NULL;
	size_t n = load(pcrs, text);
	enum veraclave_status s =
		veraclave_verifier_add_release(v, pcrs, text, n);
	if (s == VERACLAVE_OK)
		s = veraclave_verifier_set_max_age(v, 300);
	if (s == VERACLAVE_OK && root) {
		n = load(root, text);
		s = veraclave_verifier_add_trust(v, VERACLAVE_TRUST_SIM, root,
						 text, n);
	}
	if (s == VERACLAVE_OK)
		return v;
	fprintf(stderr, "verify: %s\n", veraclave_verifier_error(v));
	veraclave_verifier_free(v);
	return NULL;
}

static void
explain(const veraclave_appraisal *a)
{
	for (size_t i = 0; i < veraclave_appraisal_checks(a); i++) {
		const char *code = veraclave_appraisal_check_code(a, i);
		if (veraclave_appraisal_check_result(a, i) == VERACLAVE_PASS)
			continue;
		printf("%s: %s [%s]\n", veraclave_appraisal_check_name(a, i),
		       veraclave_appraisal_check_detail(a, i), code);
		if (veraclave_reason_next(code))
			printf("  to do: %s\n", veraclave_reason_next(code));
	}
}

static void
tell(const veraclave_appraisal *a)
{
	size_t n;
	const void *key =
		veraclave_appraisal_bytes(a, VERACLAVE_PUBLIC_KEY, 0, &n);
	const char *release = veraclave_appraisal_release(a);
	printf("pass: %s, release %s, trust %s, public key of %zu bytes\n",
	       veraclave_appraisal_module_id(a), release ? release : "-",
	       veraclave_trust_name(veraclave_appraisal_trust(a)), key ? n : 0);
}

int
main(int argc, char **argv)
{
	static char document[FILE_MAX];
	unsigned char nonce[64];
	if (argc < 3 || argc > 5) {
		fputs("usage: verify DOCUMENT PCRS.JSON [NONCE-HEX [ROOT]]\n",
		      stderr);
		return 2;
	}
	size_t size = load(argv[1], document);
	veraclave_verifier *v = set_up(argv[2], argc > 4 ? argv[4] : NULL);
	veraclave_appraisal *a = v ? veraclave_appraisal_new(v) : NULL;
	if (!a) {
		veraclave_verifier_free(v);
		return 2;
	}
	if (argc > 3 && argv[3][0])
		veraclave_appraisal_expect(
			a, VERACLAVE_NONCE, nonce,
			unhex(argv[3], nonce, sizeof(nonce)));
	enum veraclave_result r =
		veraclave_appraise(a, document, size, (int64_t)time(NULL));
	if (r == VERACLAVE_PASS)
		tell(a);
	else
		explain(a);
	veraclave_appraisal_free(a);
	veraclave_verifier_free(v);
	return r == VERACLAVE_PASS ? 0 : 1;
}
