-- What a group of stores says of a kind of data, and which stores follow it. The foreign keys end both by
-- themselves: a rule goes with its group, and who follows it is a member of the group.
CREATE TABLE "group_ownership_rules" (
  "group_id" TEXT NOT NULL,
  "domain" TEXT NOT NULL,
  "owner" TEXT NOT NULL,
  "owner_shop" TEXT,
  "on_foreign_write" TEXT NOT NULL,
  "changed_at" TIMESTAMPTZ(6) NOT NULL,

  CONSTRAINT "group_ownership_rules_pkey" PRIMARY KEY ("group_id", "domain"),
  CONSTRAINT "group_ownership_rules_group_fkey" FOREIGN KEY ("group_id")
    REFERENCES "store_groups" ("id") ON DELETE CASCADE
);
CREATE INDEX "group_ownership_rules_owner_shop_idx" ON "group_ownership_rules" ("owner_shop");
CREATE TABLE "ownership_followers" (
  "shop" TEXT NOT NULL,
  "domain" TEXT NOT NULL,
  "group_id" TEXT NOT NULL,
  "since" TIMESTAMPTZ(6) NOT NULL,

  CONSTRAINT "ownership_followers_pkey" PRIMARY KEY ("shop", "domain"),
  CONSTRAINT "ownership_followers_rule_fkey" FOREIGN KEY ("group_id", "domain")
    REFERENCES "group_ownership_rules" ("group_id", "domain") ON DELETE CASCADE,
  CONSTRAINT "ownership_followers_member_fkey" FOREIGN KEY ("shop")
    REFERENCES "store_group_members" ("shop") ON DELETE CASCADE
);
CREATE INDEX "ownership_followers_group_id_domain_idx" ON "ownership_followers" ("group_id", "domain");
