package dev.parallax.cli.output;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.ListType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.StringType;
import org.apache.parquet.format.Type;

/** The schema of {@link ParquetFile}, depth first as Parquet stores it. */
final class ParquetSchema {
  private ParquetSchema() {}

  static List<SchemaElement> of(boolean labelled) {
    List<SchemaElement> schema = new ArrayList<>();
    SchemaElement root = new SchemaElement("embeddings");
    root.setNum_children(labelled ? 4 : 2);
    schema.add(root);
    schema.add(string("name"));
    if (labelled) {
      SchemaElement label = new SchemaElement("label");
      label.setType(Type.INT32);
      label.setRepetition_type(FieldRepetitionType.REQUIRED);
      schema.add(label);
      schema.add(string("class"));
    }
    SchemaElement embedding = new SchemaElement("embedding");
    embedding.setRepetition_type(FieldRepetitionType.REQUIRED);
    embedding.setNum_children(1);
    embedding.setConverted_type(ConvertedType.LIST);
    embedding.setLogicalType(LogicalType.LIST(new ListType()));
    schema.add(embedding);
    SchemaElement list = new SchemaElement("list");
    list.setRepetition_type(FieldRepetitionType.REPEATED);
    list.setNum_children(1);
    schema.add(list);
    SchemaElement element = new SchemaElement("element");
    element.setType(Type.FLOAT);
    element.setRepetition_type(FieldRepetitionType.REQUIRED);
    schema.add(element);
    return schema;
  }

  private static SchemaElement string(String name) {
    SchemaElement string = new SchemaElement(name);
    string.setType(Type.BYTE_ARRAY);
    string.setRepetition_type(FieldRepetitionType.REQUIRED);
    string.setConverted_type(ConvertedType.UTF8);
    string.setLogicalType(LogicalType.STRING(new StringType()));
    return string;
  }
}
