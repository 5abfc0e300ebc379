-- What classic webhooks and Events told of each topic while both run: one row a day.
CREATE TABLE "transport_days" (
    "shop" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "webhooks_first" INTEGER NOT NULL,
    "events_first" INTEGER NOT NULL,
    "only_webhooks" INTEGER NOT NULL,
    "only_events" INTEGER NOT NULL,

    CONSTRAINT "transport_days_pkey" PRIMARY KEY ("shop","topic","day")
);

-- How far each topic was compared.
CREATE TABLE "transport_cursors" (
    "shop" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "since" TIMESTAMPTZ(6) NOT NULL,
    "compared_until" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "transport_cursors_pkey" PRIMARY KEY ("shop","topic")
);
