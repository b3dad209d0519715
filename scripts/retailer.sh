# Sourced by the benchmarks: how the retailer's orders (the columns of UCI Online Retail) are imported.

# import_retailer TSUGI FILE: into ./tsugi.db; FILE may be - for standard input.
import_retailer() {
  "$1" import orders "$2" --quiet \
    --columns order_id=InvoiceNo,customer_id=CustomerID,ordered_at=InvoiceDate,product_id=StockCode,quantity=Quantity,unit_price=UnitPrice,product_name=Description \
    --cancel-prefix C --product-pattern '^[0-9]{5}[A-Za-z]*$'
}
