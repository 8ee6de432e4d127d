"""Attacks over the network: there is none."""

from tests.labs.attacks.attack import Attack

ATTACKS = (
    Attack(
        "sockets of every family and kind",
        """
answers = {}
for family in range(46):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        try:
            socket.socket(family, kind).close()
            answers[family] = 'made'
        except OSError as error:
            answers[family] = errno.errorcode[error.errno]
print(len(answers), set(answers.values()))
""",
        prints=("46 {'EPERM'}",),
    ),
    Attack(
        "raw sockets",
        """
tried('icmp', socket.socket, socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
tried('icmp6', socket.socket, socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
tried('packet', socket.socket, socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
tried('tun', os.open, '/dev/net/tun', os.O_RDWR)
""",
        prints=("icmp EPERM", "icmp6 EPERM", "packet EPERM", "tun ENOENT"),
    ),
    Attack(
        "netlink",
        """
for name, protocol in (('route', 0), ('audit', 9), ('kobject', 15), ('netfilter', 12)):
    tried(name, socket.socket, socket.AF_NETLINK, socket.SOCK_RAW, protocol)
tried('interfaces', lambda: socket.if_nameindex())
""",
        prints=(
            "route EPERM",
            "audit EPERM",
            "kobject EPERM",
            "netfilter EPERM",
            "interfaces EPERM",
        ),
    ),
    Attack(
        "abstract and named local sockets",
        """
tried('new', socket.socket, socket.AF_UNIX, socket.SOCK_STREAM)
tried('datagrams', socket.socketpair, socket.AF_UNIX, socket.SOCK_DGRAM)
left, right = socket.socketpair()
tried('pair', lambda: (left.send(b'x'), right.recv(1)))
for name in ('\\0coldstart', '\\0/tmp/.X11-unix/X0', '/tmp/socket', '/var/run/docker.sock'):
    tried('bind', left.bind, name)
    tried('connect', left.connect, name)
    tried('sendto', left.sendto, b'x', name)
tried('listen', left.listen)
tried('accept', left.accept)
""",
        prints=(
            "new EPERM",
            "datagrams EPERM",
            "pair (1, b'x')",
            *("bind EPERM", "connect EPERM", "sendto EISCONN") * 4,
            "listen EPERM",
            "accept EPERM",
        ),
    ),
    Attack(
        "pairs of other families",
        """
for family in (2, 10, 16, 17, 30, 31, 38, 40, 44):
    tried(family, syscall, 53, family, 1, 0, 0)
tried('high half', syscall, 53, (1 << 32) | 2, 1, 0, 0)
""",
        prints=(
            *(f"{family} EPERM" for family in (2, 10, 16, 17, 30, 31, 38, 40, 44)),
            "high half EPERM",
        ),
    ),
    Attack(
        "names",
        """
for action in (socket.gethostbyname, lambda name: socket.getaddrinfo(name, 80), socket.getfqdn):
    tried('name', action, 'example.com')
tried('host', socket.gethostname)
""",
        prints=("name gaierror", "name gaierror", "name example.com", "host sandbox"),
    ),
    Attack(
        "the library's clients",
        """
import asyncio, ftplib, http.client, smtplib, urllib.request, xmlrpc.client
import urllib3
target = '93.184.216.34'
def fetch():
    try:
        urllib.request.urlopen(f'http://{target}', timeout=2)
    except urllib.error.URLError as error:
        raise error.reason
tried('urllib', fetch)
tried('http', lambda: http.client.HTTPConnection(target, timeout=2).request('GET', '/'))
tried('https', lambda: http.client.HTTPSConnection(target, timeout=2).request('GET', '/'))
tried('ftp', lambda: ftplib.FTP(target, timeout=2))
tried('smtp', lambda: smtplib.SMTP(target, timeout=2))
tried('rpc', lambda: xmlrpc.client.ServerProxy(f'http://{target}').x())
tried('asyncio', lambda: asyncio.run(asyncio.open_connection(target, 80)))
tried('urllib3', lambda: urllib3.PoolManager(retries=False).request('GET', f'http://{target}'))
tried('udp', lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', (target, 53)))
""",
        prints=(
            "urllib ENETUNREACH",
            "http ENETUNREACH",
            "https ENETUNREACH",
            "ftp EPERM",
            "smtp EPERM",
            "rpc ENETUNREACH",
            "asyncio EPERM",
            "urllib3 NewConnectionError",
            "udp EPERM",
        ),
    ),
    Attack(
        "a server of one's own",
        """
import http.server, socketserver, asyncio
tried('http', http.server.HTTPServer, ('127.0.0.1', 8000), http.server.BaseHTTPRequestHandler)
tried('udp', socketserver.UDPServer, ('0.0.0.0', 53), socketserver.BaseRequestHandler)
tried('unix', socketserver.UnixStreamServer, '/tmp/s', socketserver.BaseRequestHandler)
tried('asyncio', lambda: asyncio.run(asyncio.start_unix_server(print, '/tmp/s')))
""",
        prints=("http EPERM", "udp EPERM", "unix EPERM", "asyncio EPERM"),
    ),
    Attack(
        "moving the given sockets elsewhere",
        """
for fd in (3, 4):
    sock = socket.socket(fileno=os.dup(fd))
    tried('connect', sock.connect, '\\0x')
    tried('bind', sock.bind, '\\0x')
    tried('family', lambda: sock.family.name)
    tried('priority', sock.setsockopt, socket.SOL_SOCKET, socket.SO_MARK, 1)
    sock.close()
""",
        prints=("connect EPERM", "bind EPERM", "family AF_UNIX", "priority EPERM") * 2,
    ),
    Attack(
        "interfaces by ioctl",
        """
import fcntl
left, right = socket.socketpair()
for name, number in (('SIOCGIFCONF', 0x8912), ('SIOCGIFADDR', 0x8915), ('SIOCSIFFLAGS', 0x8914)):
    tried(name, fcntl.ioctl, left.fileno(), number, bytes(40))
""",
        prints=("SIOCGIFCONF EPERM", "SIOCGIFADDR EPERM", "SIOCSIFFLAGS EPERM"),
    ),
)
