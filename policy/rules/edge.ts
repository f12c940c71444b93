import type { Plan, Resource } from "../plan.ts";
import { input, isGiven, listOf, UNKNOWN } from "../plan.ts";
import type { Rule, Verdict } from "../rule.ts";
import { broken, isTrue, packed, truth, when } from "../rule.ts";

const BALANCER = "aws:lb/loadBalancer:LoadBalancer";
const LISTENER = "aws:lb/listener:Listener";
const TARGETS = "aws:lb/targetGroup:TargetGroup";
/** Policies for TLS 1.2 and later, such as ELBSecurityPolicy-TLS13-1-2-2021-06. */
const CURRENT_TLS = /^ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2)/;

/** Load balancers: what they take in, and how they pass it on. */
export const edge: readonly Rule[] = [
  packed({
    id: "ALBHttpDropInvalidHeaderEnabled",
    holds: "a balancer drops malformed headers",
    remedy: "Set dropInvalidHeaderFields.",
    hipaa: "164.312(a)(2)(iv)",
    config: "alb-http-drop-invalid-header-enabled",
    prowler: "elbv2_alb_drop_invalid_header_fields_enabled",
    types: [BALANCER],
    judge: (balancer) =>
      isApplication(balancer)
        ? when(truth(input(balancer, "dropInvalidHeaderFields")), "passes malformed headers on")
        : "kept",
  }),
  packed({
    id: "ALBHttpToHttpsRedirection",
    holds: "HTTP is redirected to HTTPS",
    remedy: "Give the listener the one default action redirect, to protocol HTTPS.",
    hipaa: "164.312(a)(2)(iv)",
    config: "alb-http-to-https-redirection-check",
    types: [LISTENER],
    judge: redirects,
  }),
  packed({
    id: "ELBDeletionProtectionEnabled",
    holds: "a balancer cannot be deleted by mistake",
    remedy: "Set enableDeletionProtection.",
    hipaa: "164.308(a)(7)(i)",
    config: "elb-deletion-protection-enabled",
    prowler: "elbv2_deletion_protection",
    types: [BALANCER],
    judge: isTrue("enableDeletionProtection", "can be deleted by one call"),
  }),
  packed({
    id: "ELBLoggingEnabled",
    holds: "a balancer logs who asked for what",
    remedy: "Set accessLogs with enabled and a bucket.",
    hipaa: "164.312(b)",
    config: "elb-logging-enabled",
    prowler: "elbv2_logging_enabled",
    types: [BALANCER],
    judge: isTrue("accessLogs.enabled", "keeps no access logs"),
  }),
  packed({
    id: "ELBv2ACMCertificateRequired",
    holds: "a listener has a certificate",
    remedy: "Give the listener a certificateArn; one for HTTP may redirect instead.",
    hipaa: "164.312(a)(2)(iv)",
    config: "elbv2-acm-certificate-required",
    prowler: "elbv2_ssl_listeners",
    types: [LISTENER],
    judge: (listener) =>
      when(
        isGiven(listener, "certificateArn") || isRedirect(listener),
        "takes traffic without TLS",
      ),
  }),
  {
    id: "ELBv2CurrentTls",
    holds: "a listener speaks TLS 1.2 and later only",
    remedy: "Set sslPolicy to ELBSecurityPolicy-TLS13-1-2-2021-06.",
    hipaa: "164.312(e)(2)(ii)",
    config: "elb-predefined-security-policy-ssl-check",
    prowler: "elbv2_insecure_ssl_ciphers",
    types: [LISTENER],
    judge: (listener) =>
      isGiven(listener, "certificateArn")
        ? when(CURRENT_TLS.test(String(input(listener, "sslPolicy"))), "speaks old versions of TLS")
        : "kept",
  },
  {
    id: "ELBv2TargetTls",
    holds: "a balancer speaks TLS with the machines behind it",
    remedy: "Set the target group's protocol to HTTPS or TLS.",
    hipaa: "164.312(e)(1)",
    types: [TARGETS],
    judge: (targets) =>
      when(
        ["HTTPS", "TLS"].includes(String(input(targets, "protocol"))),
        "passes traffic on without TLS",
      ),
  },
  {
    id: "ALBBehindWaf",
    holds: "a balancer that the world reaches has a web application firewall",
    remedy: "Declare a WebAclAssociation with the balancer.",
    hipaa: "164.312(e)(1)",
    config: "alb-waf-enabled",
    prowler: "elbv2_waf_acl_attached",
    types: [BALANCER],
    judge: (balancer, plan) => {
      if (!isApplication(balancer) || truth(input(balancer, "internal")) === true) return "kept";
      const firewalls = plan.beside(
        balancer,
        "aws:wafv2/webAclAssociation:WebAclAssociation",
        "resourceArn",
      );
      return when(firewalls === UNKNOWN ? UNKNOWN : firewalls.length > 0, "has no firewall");
    },
  },
  packed({
    id: "WAFv2LoggingEnabled",
    holds: "a web application firewall logs",
    remedy: "Declare a WebAclLoggingConfiguration.",
    hipaa: "164.312(b)",
    config: "wafv2-logging-enabled",
    prowler: "wafv2_webacl_logging_enabled",
    types: ["aws:wafv2/webAcl:WebAcl"],
    judge: firewallLogs,
  }),
];

function isApplication(balancer: Resource): boolean {
  return !["network", "gateway"].includes(String(input(balancer, "loadBalancerType")));
}

function isRedirect(listener: Resource): boolean {
  const actions = listOf(input(listener, "defaultActions"));
  return (
    actions.length > 0 &&
    actions.every((action) => {
      const { type, redirect } = action as { type?: string; redirect?: { protocol?: string } };
      return type === "redirect" && redirect?.protocol === "HTTPS";
    })
  );
}

function redirects(listener: Resource): Verdict {
  if (input(listener, "protocol") !== "HTTP") return "kept";
  return when(isRedirect(listener), "answers over HTTP");
}

function firewallLogs(firewall: Resource, plan: Plan): Verdict {
  const type = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration";
  const logs = plan.beside(firewall, type, "resourceArn");
  if (logs === UNKNOWN) return "undecided";
  return logs.length > 0 ? "kept" : broken("does not log");
}
