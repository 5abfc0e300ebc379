import { describe, expect, it } from "vitest";
import { isPublicAddress, refusalOfUrl } from "#app/egress/destination-rules.ts";

const refusal = (url: string) => refusalOfUrl(url, false);

describe("a destination", () => {
  it.each([
    "https://example.com/hook",
    "https://example.com:8443/hook?x=1#y",
    "https://EXAMPLE.com.",
    "https://8.8.8.8/",
    "https://[2606:4700:4700::1111]/",
    "https://xn--bcher-kva.example/",
    "https://bücher.example/",
    // Names that only look like forbidden ones.
    "https://localhost.example.com/",
    "https://mylocal/",
    "https://10.example.com/",
  ])("on the public internet is allowed: %s", (url) => {
    expect(refusal(url)).toBeNull();
  });

  it.each([
    // Loopback, in every spelling a URL knows.
    "https://127.0.0.1/",
    "https://127.255.255.254/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://127.1/",
    "https://127.0.1/",
    "https://127.0.0.1./",
    "https://①②⑦.0.0.1/",
    "https://127%2e0%2e0%2e1/",
    "https://[::1]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::]/",
    "https://0.0.0.0/",
    "https://0/",
    // IPv4 inside IPv6.
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::a00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:4136:e378:8000:63bf:80ff:fffe]/",
    // Private, link-local with the clouds' metadata, carrier NAT.
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://2852039166/latest/meta-data/",
    "https://0xA9FEA9FE/",
    "https://100.64.0.1/",
    "https://100.100.100.200/latest/meta-data/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/latest/meta-data/",
    "https://[fe80::1]/",
    "https://[fec0::1]/",
    // Nobody's: broadcast, multicast, documentation, benchmarks, reserved.
    "https://255.255.255.255/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://192.0.2.1/",
    "https://198.51.100.7/",
    "https://203.0.113.9/",
    "https://198.18.0.1/",
    "https://192.0.0.1/",
    "https://192.88.99.1/",
    "https://[ff02::1]/",
    "https://[2001:db8::1]/",
    "https://[100::1]/",
    // Names that lead inside by definition.
    "https://localhost/",
    "https://LOCALHOST/",
    "https://localhost./",
    "https://app.localhost/",
    "https://printer.local/",
    "https://metadata.google.internal/computeMetadata/v1/",
    "https://instance-data.ec2.internal/",
    "https://host.docker.internal/",
  ])("that is private is refused: %s", (url) => {
    expect(refusal(url)).toMatch(/^This address is private and cannot be used\./);
  });

  it.each([
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://x/",
    "javascript:alert(1)",
  ])("without TLS is refused: %s", (url) => {
    expect(refusal(url)).toMatch(/^The address must start with https:\/\//);
  });

  it.each([
    "https://user@example.com/",
    "https://:password@example.com/",
    "https://a:b@example.com",
  ])("with credentials in it is refused: %s", (url) => {
    expect(refusal(url)).toBe("The address must not hold a user name or password.");
    expect(refusalOfUrl(url, true)).toBe("The address must not hold a user name or password.");
  });

  it.each([
    "",
    "example.com",
    "https://",
    "https://exa mple.com/",
    "https://[::1/",
    "https://1.2.3.4.5/",
    "https://a:99999/",
  ])("that is no address is refused: %j", (url) => {
    expect(refusal(url)).toMatch(/^This is not a web address/);
  });

  it("inside one's own network is allowed where the installation says so, over http too", () => {
    for (const url of ["http://127.0.0.1:4101/hook", "http://localhost/", "https://10.0.0.1/"])
      expect(refusalOfUrl(url, true)).toBeNull();
    expect(refusalOfUrl("ftp://127.0.0.1/", true)).toMatch(/^The address must start with/);
  });
});

describe("an address from a name's look-up", () => {
  it.each(["8.8.8.8", "::ffff:8.8.8.8", "2606:4700::1111"])("is public: %s", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    "127.0.0.1",
    "::1",
    "::ffff:127.0.0.1",
    "fe80::1%eth0",
    "169.254.169.254",
    "",
    "example.com",
    "8.8.8.8.8",
  ])("is not: %j", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
