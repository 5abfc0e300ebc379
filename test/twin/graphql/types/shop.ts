import { gid } from "../../state/ids.ts";
import { offsetMinutes } from "../../state/clock.ts";
import { type PlanName, PLANS } from "../../state/plans.ts";
import type { ShopRow, SubscriptionRow } from "../../state/model.ts";
import { ADMIN_API_VERSION } from "../admin-schema.ts";
import { appSource } from "../app-identity.ts";
import { defineType } from "../context.ts";
import { topicEnum } from "../webhook-topics.ts";
import { metafieldOwnerFields } from "./metafields.ts";
import { addressFields, idFields, timeFields } from "./shared-fields.ts";

const SUPPORTED_VERSIONS = ["2026-01", "2026-04", "2026-07", ADMIN_API_VERSION];

/** Source of `publicApiVersions`. */
export function publicApiVersions() {
  return SUPPORTED_VERSIONS.map(apiVersion);
}

function apiVersion(handle: string) {
  return { handle, displayName: handle, supported: SUPPORTED_VERSIONS.includes(handle) };
}

/** Source of `currentAppInstallation`. */
export function installationSource(id: string) {
  return { kind: "AppInstallation", id };
}

export const shopTypes = [
  defineType<ShopRow>("Shop", {
    ...idFields,
    ...timeFields,
    ...metafieldOwnerFields,
    alerts: () => [],
    billingAddress: (row) => shopAddress(row),
    checkoutApiSupported: () => true,
    contactEmail: (row) => row.email,
    currencyCode: (row) => row.currency,
    enabledPresentmentCurrencies: (row) => [row.currency],
    fulfillmentServices: () => [],
    ianaTimezone: (row) => row.timeZone,
    myshopifyDomain: (row) => row.domain,
    plan: (row) => planSource(row.plan),
    primaryDomain: (row) => ({
      id: gid("Domain", row.id),
      host: row.domain,
      sslEnabled: true,
      url: `https://${row.domain}`,
    }),
    resourceLimits: () => ({
      locationLimit: 10,
      maxProductOptions: 3,
      maxProductVariants: 2048,
      redirectLimitReached: false,
    }),
    setupRequired: () => false,
    shopAddress: (row) => shopAddress(row),
    shopOwnerName: (row) => row.ownerName,
    taxShipping: () => false,
    taxesIncluded: () => false,
    timezoneOffsetMinutes: (row, _args, { nowMs }) => offsetMinutes(nowMs, row.timeZone),
    transactionalSmsDisabled: () => false,
    unitSystem: () => "METRIC_SYSTEM",
    url: (row) => `https://${row.domain}`,
    weightUnit: () => "KILOGRAMS",
  }),
  defineType<{ kind: string; id: string }>("AppInstallation", {
    ...idFields,
    ...metafieldOwnerFields,
    accessScopes: (_row, _args, { store }) =>
      store.installation.scopes.map((handle) => ({
        handle,
        description: handle.replaceAll("_", " "),
      })),
    activeSubscriptions: () => [],
    app: (_row, _args, { config, toml }) => appSource(config, toml),
    launchUrl: (_row, _args, { config }) => config.appUrl,
  }),
  defineType<{ kind: string; id: string }>("App", {
    ...idFields,
    installation: (_row, _args, { store }) => installationSource(store.installation.id),
    optionalAccessScopes: (_row, _args, { toml }) =>
      toml.optionalScopes.map((handle) => ({ handle, description: handle })),
    requestedAccessScopes: (_row, _args, { toml }) =>
      toml.requiredScopes.map((handle) => ({ handle, description: handle })),
  }),
  defineType<SubscriptionRow>("WebhookSubscription", {
    ...idFields,
    ...timeFields,
    apiVersion: (_row, _args, { toml }) => apiVersion(toml.webhookApiVersion),
    callbackUrl: (row) => row.uri,
    endpoint: (row) => ({ __typename: "WebhookHttpEndpoint", callbackUrl: row.uri }),
    metafields: () => [],
    topic: (row) => topicEnum(row.topic),
  }),
];

function planSource(plan: PlanName | undefined) {
  if (plan) {
    const { publicDisplayName, shopifyPlus } = PLANS[plan];
    return {
      displayName: publicDisplayName,
      publicDisplayName,
      partnerDevelopment: false,
      shopifyPlus,
    };
  }
  return {
    displayName: "Developer Preview",
    publicDisplayName: "Development",
    partnerDevelopment: true,
    shopifyPlus: false,
  };
}

function shopAddress(row: ShopRow) {
  return {
    id: gid("ShopAddress", row.id),
    ...addressFields(row.address),
    company: row.name,
    coordinatesValidated: false,
    countryCodeV2: row.address.countryCode,
    firstName: null,
    lastName: null,
    name: row.name,
  };
}
