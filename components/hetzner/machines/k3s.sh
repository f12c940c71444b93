#!/bin/bash
# Installs K3s in its version, and says where this node is.
set -euo pipefail
source /etc/godwit/k3s.env
if ! /usr/local/bin/k3s --version 2> /dev/null | grep --quiet --fixed-strings "$K3S_VERSION"; then
  release="https://github.com/k3s-io/k3s/releases/download/${K3S_VERSION/+/%2B}"
  cd "$(mktemp --directory)"
  curl --fail --silent --show-error --location --remote-name "$release/k3s" --remote-name "$release/sha256sum-amd64.txt"
  grep ' k3s$' sha256sum-amd64.txt | sha256sum --check --strict --quiet
  install --mode 0755 k3s /usr/local/bin/k3s
fi
# What the private network's interface is called depends on the machine's type.
interface=$(ip -oneline -4 address show to "$NODE_ADDRESS" | awk '{ print $2; exit }')
test -n "$interface"
mkdir --parents /etc/rancher/k3s/config.yaml.d
echo "flannel-iface: $interface" > /etc/rancher/k3s/config.yaml.d/interface.yaml
if [ -n "${HANDOVER:-}" ]; then
  umask 077
  mkdir --parents /run/godwit
  curl --fail --silent --show-error --max-time 30 "$HANDOVER/token" > /run/godwit/k3s-token
fi
