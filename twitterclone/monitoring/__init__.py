"""What operators watch: figures for Prometheus, and the page of the admin that draws them."""
