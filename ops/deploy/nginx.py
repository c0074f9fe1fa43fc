"""The site for nginx 1.22 or newer: TLS, static files and media from disk, sockets, and everything else."""

from ops.deploy.host import Host

BODY = "100m"  # a video; what may be sent where is for the site to say


def site(host: Host, *, is_new: bool = False) -> str:
    """One file for sites-enabled; `is_new`: for nginx 1.25.1 or newer, which has another word for HTTP/2."""
    http2 = ("", "\n    http2 on;") if is_new else (" http2", "")
    return f"""\
# Written by `make deploy`; what you change here is lost with the next.
{upstreams(host)}
server {{
    listen 80;
    listen [::]:80;
    server_name {host.domain};
    location /.well-known/acme-challenge/ {{ root /var/www/html; }}
    location / {{ return 308 https://{host.domain}$request_uri; }}
}}

server {{
    listen 443 ssl{http2[0]};
    listen [::]:443 ssl{http2[0]};{http2[1]}
    server_name {host.domain};
    ssl_certificate {host.certificate}/fullchain.pem;
    ssl_certificate_key {host.certificate}/privkey.pem;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:twitterclone:10m;
    ssl_session_timeout 1d;
    server_tokens off;
    if ($host != {host.domain}) {{ return 421; }}  # who asks for another name, or for none, is none of ours
{locations(host)}}}
"""


def upstreams(host: Host) -> str:
    """The processes that answer, and what the locations refer to; belongs beside the server's block."""
    sockets = next(role for role in host.roles() if role.name == "sockets")
    paths = [sockets.arguments(n)[-1] for n in range(1, sockets.count + 1)]
    lines = "\n".join(f"    server unix:{path} max_fails=0;" for path in paths)
    return f"""\
upstream twitterclone_web {{
    server unix:{host.run}/web.sock max_fails=0;
}}
upstream twitterclone_sockets {{
    least_conn;
{lines}
}}
map $http_upgrade $twitterclone_connection {{
    default upgrade;
    '' close;
}}
map $uri $twitterclone_age {{
    "~\\.[0-9a-f]{{12}}\\." "public, max-age=31536000, immutable";  # the name changes with what is in it
    default "public, max-age=60";
}}
"""


def locations(host: Host) -> str:
    """What is served how; belongs into the server's block."""
    return f"""\
    client_max_body_size {BODY};
    client_body_timeout 60s;
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Request-Id $request_id;
    proxy_set_header Connection "";
    proxy_read_timeout 60s;
    # a process that is not there yet is passed over; what was sent once is never sent again
    proxy_next_upstream error timeout;

    location /static/ {{
        root {host.data};
        gzip_static on;
        add_header Cache-Control $twitterclone_age;
        add_header Access-Control-Allow-Origin *;
        add_header X-Content-Type-Options nosniff;
        access_log off;
    }}
    location /media/files/ {{
        alias {host.data}/media/;
        add_header Cache-Control "public, max-age=31536000, immutable";
        add_header X-Content-Type-Options nosniff;
        add_header Content-Security-Policy "sandbox; default-src 'none'";
        add_header Cross-Origin-Resource-Policy cross-origin;
        access_log off;
    }}
    location = /metrics {{ return 404; }}
    location /ws/ {{
        proxy_pass http://twitterclone_sockets;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $twitterclone_connection;
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Request-Id $request_id;
        proxy_read_timeout 90s;  # a page says something every 25 seconds
        proxy_buffering off;
    }}
    location / {{ proxy_pass http://twitterclone_web; }}
"""
