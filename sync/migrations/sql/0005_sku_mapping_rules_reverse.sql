ALTER TABLE sync_skuimportrow
    DROP CONSTRAINT sku_import_row_former_item_of_same_company,
    DROP CONSTRAINT sku_import_row_item_of_same_company,
    DROP CONSTRAINT sku_import_row_of_same_company;
ALTER TABLE sync_skuimportpart DROP CONSTRAINT sku_import_part_of_same_company;
ALTER TABLE sync_skuimport DROP CONSTRAINT sku_import_connection_of_same_company;
ALTER TABLE sync_unmatchedsku DROP CONSTRAINT unmatched_sku_connection_of_same_company;
ALTER TABLE sync_skumapping
    DROP CONSTRAINT mapping_key_is_that_of_its_sku,
    DROP CONSTRAINT mapping_import_of_same_company,
    DROP CONSTRAINT mapping_item_of_same_company,
    DROP CONSTRAINT mapping_connection_of_same_company;
