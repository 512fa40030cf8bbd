-- Requests to the web, counted for all of its functions together, for a scrape of Prometheus.
-- undo: DROP TABLE web_requests;
CREATE TABLE "web_requests" (
	"method" text NOT NULL,
	"route" text NOT NULL,
	"status" integer NOT NULL,
	"counts" bigint[] NOT NULL,
	"seconds" double precision NOT NULL,
	CONSTRAINT "web_requests_method_route_status_pk" PRIMARY KEY("method","route","status")
);
