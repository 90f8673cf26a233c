// Lucene as a process that speaks as lexical_bench does (peers.py has the others).
//   LuceneWorker build PASSAGES INDEX | serve INDEX QUERIES
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.Field;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.MMapDirectory;

public class LuceneWorker {
  static final int BEST = 10;

  static double cpuSeconds() {
    var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime() * 1e-9;
  }

  static void build(Path passages, Path folder) throws Exception {
    double start = cpuSeconds();
    var type = new FieldType();
    type.setIndexOptions(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS);
    type.setTokenized(true);
    type.freeze();
    var config = new IndexWriterConfig(new WhitespaceAnalyzer()).setUseCompoundFile(false);
    config.setRAMBufferSizeMB(1900).setSimilarity(new BM25Similarity(1.2f, 0.75f)).setMergePolicy(new LogDocMergePolicy());
    try (var directory = new MMapDirectory(folder); var writer = new IndexWriter(directory, config);
        BufferedReader reader = Files.newBufferedReader(passages)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        var document = new Document();
        document.add(new Field("text", line, type));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
      writer.commit();
    }
    long bytes = 0;
    try (var files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) bytes += Files.size(file);
    }
    System.out.printf(Locale.ROOT, "%.3f %d%n", cpuSeconds() - start, bytes);
  }

  static Query query(String text) {
    var builder = new BooleanQuery.Builder();
    for (String word : text.split(" ")) builder.add(new TermQuery(new Term("text", word)), BooleanClause.Occur.SHOULD);
    return builder.build();
  }

  static TopDocs answer(IndexSearcher searcher, Query query) throws Exception {
    // Hits beyond the best need not be counted, so blocks may be passed over from the start.
    return searcher.search(query, new TopScoreDocCollectorManager(BEST, null, BEST));
  }

  static void serve(Path folder, Path queryFile) throws Exception {
    var searcher = new IndexSearcher(DirectoryReader.open(new MMapDirectory(folder)));
    searcher.setSimilarity(new BM25Similarity(1.2f, 0.75f));
    searcher.setQueryCache(null);
    List<Query> queries = new ArrayList<>();
    for (String line : Files.readAllLines(queryFile)) queries.add(query(line));
    var commands = new BufferedReader(new InputStreamReader(System.in));
    for (String command = commands.readLine(); command != null; command = commands.readLine()) {
      if (command.equals("answers")) {
        for (Query query : queries) {
          for (ScoreDoc hit : answer(searcher, query).scoreDocs) System.out.printf(Locale.ROOT, "%d:%.6f ", hit.doc, hit.score);
          System.out.println();
        }
        continue;
      }
      int count = Math.min(Integer.parseInt(command.split(" ")[1]), queries.size());
      double start = cpuSeconds();
      for (int i = 0; i < count; ++i) answer(searcher, queries.get(i));
      System.out.printf(Locale.ROOT, "%.6f%n", cpuSeconds() - start);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Logger.getLogger("org.apache.lucene").setLevel(Level.SEVERE);  // that it has no vector module is known
    if (arguments[0].equals("build")) build(Path.of(arguments[1]), Path.of(arguments[2]));
    else serve(Path.of(arguments[1]), Path.of(arguments[2]));
  }
}
