"""Pure rules of households: kinds, income, the import workbook."""
