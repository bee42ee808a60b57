"""Vouchers on paper: tax invoices, bills of supply, credit and debit notes as PDF."""
