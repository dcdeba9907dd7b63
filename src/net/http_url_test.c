#include "base/test.h"

#include "net/http.h"

TEST(http_leads_nobody_into_this_network)
{
	static const struct {
		const char *from, *to;
		bool may;
	} rows[] = {
		{ "r.example", "s.example", true },
		{ "r.example", "192.0.2.1", true },
		{ "r.example", "169.254.169.254", false },
		{ "r.example", "10.0.0.1", false },
		{ "r.example", "[fe80::1]", false },
		{ "r.example", "localhost", false },
		{ "127.0.0.1", "localhost", true },
		{ "127.0.0.1", "10.0.0.1", false },
		{ "10.0.0.1", "10.0.0.1", true },
		{ "10.0.0.1", "10.0.0.2", false },
		{ "10.0.0.1", "127.0.0.1", false },
		{ "::1", "[::1]", true },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		CHECK(t, http_may_lead(span_str(rows[i].from),
				       span_str(rows[i].to)) == rows[i].may);
}

TEST(http_addresses)
{
	static const struct {
		const char *url, *host;
		unsigned port;
		bool tls;
	} rows[] = {
		{ "https://r.example/v2/", "r.example", 443, true },
		{ "https://r.example:5000", "r.example", 5000, true },
		{ "http://localhost:5000/", "localhost", 5000, false },
		{ "http://[::1]/", "::1", 80, false },
		{ "http://127.1.2.3/", "127.1.2.3", 80, false },
	};
	static const char *const bad[] = {
		"http://r.example/",   "http://10.0.0.1/",   "ftp://localhost/",
		"localhost",           "https://u:p@host/",  "https://",
		"http://localhost.x/", "file:///etc/passwd",
	};
	struct err e = { 0 };
	struct http_url u;
	for (size_t i = 0; i < COUNT(rows); i++) {
		CHECK_OK(t, http_url_parse(rows[i].url, &t->arena, &u, &e), &e);
		CHECK_STR(t, u.host, rows[i].host);
		CHECK_U(t, u.port, rows[i].port);
		CHECK(t, u.tls == rows[i].tls);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		CHECK(t, !http_url_parse(bad[i], &t->arena, &u, &e));
		CHECK(t, e.code == ERR_USAGE);
	}
}

TEST(http_networks)
{
	static const char *const private[] = {
		"10.1.2.3",    "127.0.0.1",     "169.254.169.254",
		"192.168.0.1", "172.31.0.1",    "::1",
		"fe80::1",     "fd00:ec2::254", "::ffff:10.0.0.1",
		"[::1]",       "0.0.0.0",       "100.64.0.1",
		"224.0.0.1",
	};
	static const char *const open[] = { "192.0.2.1", "172.32.0.1",
					    "2001:db8::1", "r.example",
					    "100.128.0.1" };
	for (size_t i = 0; i < COUNT(private); i++)
		CHECK(t, http_is_private(span_str(private[i])));
	for (size_t i = 0; i < COUNT(open); i++)
		CHECK(t, !http_is_private(span_str(open[i])));
	CHECK(t, http_is_loopback(SPAN("127.9.9.9")));
	CHECK(t, http_is_loopback(SPAN("[::1]")));
	CHECK(t, !http_is_loopback(SPAN("128.0.0.1")));
	CHECK_STR(t, http_escape(&t->arena, SPAN("a-Z~/ \xff")),
		  "a-Z~%2F%20%FF");
}
