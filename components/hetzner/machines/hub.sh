#!/bin/bash
# Brings up the tunnel's hub: machines are let in by godwit-handover, administrators by the keys they gave.
set -euo pipefail
source /etc/godwit/tunnel.env
umask 077
test -s /etc/wireguard/private.key || wg genkey > /etc/wireguard/private.key
ip link show wg0 > /dev/null 2>&1 || ip link add wg0 type wireguard
wg set wg0 private-key /etc/wireguard/private.key listen-port "$TUNNEL_PORT"
while read -r key address; do
  wg set wg0 peer "$key" allowed-ips "$address/32"
done < /etc/godwit/admins
ip address replace "$OWN_ADDRESS" dev wg0
ip link set wg0 mtu 1370 up
ip route replace "$TUNNEL_CIDR" dev wg0
sysctl --quiet --write net.ipv4.ip_forward=1
