/*
 * Times the verifier of the public API against bare signature checks.
 *
 *   bench-appraise ROOT AT PCR0 DOC...
 *
 * ROOT is a simulator's root, or - for AWS's, AT the time to judge at, PCR0 in
 * hex; documents have nothing in common but the root. Prints "NAME VALUE"
 * lines: microseconds a document or a signature and their ratios, the median of
 * many short rounds in which all take turns, and how much the signatures' own
 * times differ; documents and bare signatures a second of one thread
 * and of two, and documents of a batch on one and on two; allocations a
 * document, OpenSSL's own not counted.
 */
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "veraclave/batch.h"

enum {
	DOCS_MAX = 64,
	ROUNDS = 41,
	BATCH = 36,
	REPEAT = 2000, /* steps of a thread */
	TURNS = 7,
	THREADS = 2,
	MANY = 1000, /* documents of a batch */
	SIZE_MAX_DOC = 16384
};

/* --- allocations ------------------------------------------------------- */

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);
extern void __libc_free(void *p);

static _Thread_local unsigned long allocations;

void *
malloc(size_t n)
{
	allocations++;
	return __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	allocations++;
	return __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	allocations++;
	return __libc_realloc(p, n);
}

static void *
ossl_malloc(size_t n, const char *file, int line)
{
	(void)file, (void)line;
	return __libc_malloc(n);
}

static void *
ossl_realloc(void *p, size_t n, const char *file, int line)
{
	(void)file, (void)line;
	return __libc_realloc(p, n);
}

static void
ossl_free(void *p, const char *file, int line)
{
	(void)file, (void)line;
	__libc_free(p);
}

/* --- what is timed ------------------------------------------------------ */

struct bytes {
	unsigned char p[SIZE_MAX_DOC];
	size_t n;
};

static struct bytes root, doc[DOCS_MAX];
static unsigned char pcr0[48];
static size_t ndocs;
static int64_t at;

static void
die(const char *why)
{
	fprintf(stderr, "bench-appraise: %s\n", why);
	exit(4);
}

static void
load(const char *path, struct bytes *out)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		die(path);
	out->n = fread(out->p, 1, sizeof(out->p), f);
	fclose(f);
}

static double
seconds(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static veraclave_verifier *
verifier(size_t cache)
{
	veraclave_verifier *v = veraclave_verifier_new();
	if (!v || veraclave_verifier_set_cache(v, cache) ||
	    (root.n && veraclave_verifier_add_trust(v, VERACLAVE_TRUST_SIM,
						    NULL, root.p, root.n)) ||
	    veraclave_verifier_add_pcr(v, 0, pcr0, sizeof(pcr0)))
		die("no verifier");
	return v;
}

static veraclave_appraisal *
appraisal(veraclave_verifier *v)
{
	veraclave_appraisal *a = veraclave_appraisal_new(v);
	if (!a)
		die("no appraisal");
	return a;
}

static void
judge(veraclave_appraisal *a, size_t i)
{
	if (veraclave_appraise(a, doc[i].p, doc[i].n, at) != VERACLAVE_PASS)
		die("a document does not pass");
}

struct bare {
	EVP_PKEY *key;
	unsigned char digest[48], sig[128];
	size_t n;
};

static void
bare_init(struct bare *b)
{
	b->key = EVP_EC_gen("P-384");
	b->n = sizeof(b->sig);
	memset(b->digest, 0x5a, sizeof(b->digest));
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(b->key, NULL);
	if (!c || EVP_PKEY_sign_init(c) != 1 ||
	    EVP_PKEY_sign(c, b->sig, &b->n, b->digest, 48) != 1)
		die("cannot sign");
	EVP_PKEY_CTX_free(c);
}

static void
bare_verify(const struct bare *b)
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(b->key, NULL);
	if (EVP_PKEY_verify_init(c) != 1 ||
	    EVP_PKEY_verify(c, b->sig, b->n, b->digest, 48) != 1)
		die("cannot verify");
	EVP_PKEY_CTX_free(c);
}

/* --- one thread --------------------------------------------------------- */

/* Seconds of processor time a step, a value a round. */
struct times {
	double bare[ROUNDS], cold[ROUNDS], cached[ROUNDS];
	unsigned long allocations;
};

static void
one_round(struct times *t, unsigned r, const struct bare *b,
	  veraclave_appraisal *cold, veraclave_appraisal *cached)
{
	double start = seconds(CLOCK_THREAD_CPUTIME_ID);
	for (unsigned i = 0; i < BATCH; i++)
		bare_verify(b);
	double then = seconds(CLOCK_THREAD_CPUTIME_ID);
	t->bare[r] = (then - start) / BATCH;

	start = then;
	for (unsigned i = 0; i < BATCH; i++)
		judge(cold, i % ndocs);
	then = seconds(CLOCK_THREAD_CPUTIME_ID);
	t->cold[r] = (then - start) / BATCH;

	start = then;
	unsigned long before = allocations;
	for (unsigned i = 0; i < BATCH; i++)
		judge(cached, i % ndocs);
	t->allocations = allocations - before;
	then = seconds(CLOCK_THREAD_CPUTIME_ID);
	t->cached[r] = (then - start) / BATCH;
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Orders the values of all rounds, and gives the middle one. */
static double
median(double v[ROUNDS])
{
	qsort(v, ROUNDS, sizeof(*v), ascending);
	return v[ROUNDS / 2];
}

/* The middle one of what `v` is to the bare signature of the same round. */
static double
ratio(const double v[ROUNDS], const double bare[ROUNDS])
{
	double r[ROUNDS];
	for (unsigned i = 0; i < ROUNDS; i++)
		r[i] = v[i] / bare[i];
	return median(r);
}

/* The cold verifier's cache is too small for the documents, which come round
 * and round: it finds the root there, and has to make room for the others. A
 * document alone gets none. */
static void
one_thread(const struct bare *b)
{
	struct times t = { 0 };
	veraclave_verifier *v[] = { verifier(ndocs > 2 ? 8 : 0),
				    verifier(1024) };
	veraclave_appraisal *a[] = { appraisal(v[0]), appraisal(v[1]) };
	for (size_t i = 0; i < ndocs; i++)
		judge(a[1], i);
	for (unsigned i = 0; i < ROUNDS; i++)
		one_round(&t, i, b, a[0], a[1]);
	printf("cold-ratio %.3f\ncached-ratio %.3f\n", ratio(t.cold, t.bare),
	       ratio(t.cached, t.bare));
	printf("bare %.2f\ncold %.2f\ncached %.2f\nallocations %.2f\n",
	       median(t.bare) * 1e6, median(t.cold) * 1e6,
	       median(t.cached) * 1e6, (double)t.allocations / BATCH);
	/* median() left the rounds in order */
	printf("spread %.3f\n", t.bare[ROUNDS * 9 / 10] / t.bare[ROUNDS / 10]);
	for (unsigned i = 0; i < 2; i++) {
		veraclave_appraisal_free(a[i]);
		veraclave_verifier_free(v[i]);
	}
}

/* --- two threads -------------------------------------------------------- */

/* What a thread does over and over; `self` is its own. */
struct job {
	void (*step)(void *self, size_t i);
	void *self;
};

static void
step_judge(void *self, size_t i)
{
	judge(self, i % ndocs);
}

static void
step_bare(void *self, size_t i)
{
	(void)i;
	bare_verify(self);
}

static void *
worker(void *self)
{
	const struct job *job = self;
	for (size_t i = 0; i < REPEAT; i++)
		job->step(job->self, i);
	return NULL;
}

/* Steps a second of n threads together. */
static double
rate(struct job *job, unsigned n)
{
	pthread_t thread[THREADS];
	double start = seconds(CLOCK_MONOTONIC);
	for (unsigned i = 0; i < n; i++)
		if (pthread_create(&thread[i], NULL, worker, &job[i]))
			die("no thread");
	for (unsigned i = 0; i < n; i++)
		pthread_join(thread[i], NULL);
	return REPEAT * n / (seconds(CLOCK_MONOTONIC) - start);
}

struct rates {
	double one, two;
};

/* The best of each over the rounds. */
static void
rates_add(struct rates *r, struct job *job)
{
	double one = rate(job, 1), two = rate(job, THREADS);
	r->one = one > r->one ? one : r->one;
	r->two = two > r->two ? two : r->two;
}

/* Documents with one verifier, beside signatures that share nothing: what the
 * latter lack of twice the rate, other programs took. */
static void
two_threads(void)
{
	struct rates ours = { 0 }, free = { 0 };
	struct bare b[THREADS];
	struct job judging[THREADS], checking[THREADS];
	veraclave_verifier *v = verifier(1024);
	for (unsigned i = 0; i < THREADS; i++) {
		bare_init(&b[i]);
		judging[i] = (struct job){ step_judge, appraisal(v) };
		checking[i] = (struct job){ step_bare, &b[i] };
	}
	for (unsigned i = 0; i < TURNS; i++) {
		rates_add(&ours, judging);
		rates_add(&free, checking);
	}
	printf("one %.1f\ntwo %.1f\nbare1 %.1f\nbare2 %.1f\n", ours.one,
	       ours.two, free.one, free.two);
	for (unsigned i = 0; i < THREADS; i++) {
		veraclave_appraisal_free(judging[i].self);
		EVP_PKEY_free(b[i].key);
	}
	veraclave_verifier_free(v);
}

/* --- a batch ------------------------------------------------------------- */

static double
batch_rate(const struct veraclave_item *item, unsigned threads)
{
	double start = seconds(CLOCK_MONOTONIC);
	if (veraclave_appraise_all(item, MANY, at, threads) != MANY)
		die("a document of the batch does not pass");
	return MANY / (seconds(CLOCK_MONOTONIC) - start);
}

static void
batch(void)
{
	static struct veraclave_item item[MANY];
	struct rates r = { 0 };
	veraclave_verifier *v = verifier(1024);
	for (size_t i = 0; i < MANY; i++) {
		const struct bytes *d = &doc[i % ndocs];
		item[i] = (struct veraclave_item){ appraisal(v), d->p, d->n };
	}
	for (unsigned i = 0; i < TURNS; i++) {
		double one = batch_rate(item, 1);
		double two = batch_rate(item, THREADS);
		r.one = one > r.one ? one : r.one;
		r.two = two > r.two ? two : r.two;
	}
	printf("batch1 %.1f\nbatch2 %.1f\n", r.one, r.two);
	for (size_t i = 0; i < MANY; i++)
		veraclave_appraisal_free(item[i].appraisal);
	veraclave_verifier_free(v);
}

int
main(int argc, char **argv)
{
	struct bare b;
	CRYPTO_set_mem_functions(ossl_malloc, ossl_realloc, ossl_free);
	if (argc < 5 || argc > 4 + DOCS_MAX)
		die("usage: bench-appraise ROOT AT PCR0 DOC...");
	if (strcmp(argv[1], "-") != 0)
		load(argv[1], &root);
	at = strtoll(argv[2], NULL, 10);
	for (size_t i = 0; i < sizeof(pcr0) && strlen(argv[3]) == 96; i++) {
		char two[] = { argv[3][2 * i], argv[3][2 * i + 1], 0 };
		pcr0[i] = (unsigned char)strtoul(two, NULL, 16);
	}
	ndocs = (size_t)argc - 4;
	for (size_t i = 0; i < ndocs; i++)
		load(argv[4 + i], &doc[i]);
	bare_init(&b);
	one_thread(&b);
	two_threads();
	batch();
	EVP_PKEY_free(b.key);
	return 0;
}
