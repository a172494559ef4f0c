package io.flotilla.registry;

import io.flotilla.entity.ByteReader;
import io.flotilla.entity.ByteWriter;
import io.flotilla.entity.EntityCodec;
import io.flotilla.entity.ResultCodec;
import java.io.IOException;

/** The stored form of the catalog; its state's is {@link CatalogForm}. */
final class CatalogCodec extends EntityCodec<CatalogState, CatalogChange> {
  static final CatalogCodec INSTANCE = new CatalogCodec();

  private static final int NODE_PUT = 1;
  private static final int NODE_GONE = 2;
  private static final int SERVICE_PUT = 3;
  private static final int SERVICE_GONE = 4;
  private static final int CHECK_PUT = 5;
  private static final int CHECK_GONE = 6;
  private static final int EVENT_FIRED = 7;

  /** The writes have no results but those of every kind of entity. */
  private CatalogCodec() {
    super("catalog", new ResultCodec());
  }

  @Override
  protected void state(ByteWriter out, CatalogState state) {
    CatalogForm.write(out, state);
  }

  @Override
  protected CatalogState state(ByteReader in) throws IOException {
    return CatalogForm.read(in);
  }

  @Override
  protected void change(ByteWriter out, CatalogChange change) {
    if (change instanceof CatalogChange.NodePut p) {
      RecordCodec.node(out.number(NODE_PUT).number(p.index()), p.node());
    } else if (change instanceof CatalogChange.NodeGone g) {
      out.number(NODE_GONE).number(g.index()).text(g.node());
    } else if (change instanceof CatalogChange.ServicePut p) {
      RecordCodec.service(out.number(SERVICE_PUT).number(p.index()), p.service());
    } else if (change instanceof CatalogChange.ServiceGone g) {
      RecordCodec.key(out.number(SERVICE_GONE).number(g.index()), g.service());
    } else if (change instanceof CatalogChange.CheckPut p) {
      RecordCodec.check(out.number(CHECK_PUT).number(p.index()), p.check());
    } else if (change instanceof CatalogChange.CheckGone g) {
      RecordCodec.key(out.number(CHECK_GONE).number(g.index()), g.check());
    } else if (change instanceof CatalogChange.EventFired f) {
      RecordCodec.event(out.number(EVENT_FIRED).number(f.index()), f.event());
    }
  }

  @Override
  protected CatalogChange change(ByteReader in) throws IOException {
    int kind = (int) in.number();
    long index = in.number();
    return switch (kind) {
      case NODE_PUT -> new CatalogChange.NodePut(index, RecordCodec.node(in));
      case NODE_GONE -> new CatalogChange.NodeGone(index, in.text());
      case SERVICE_PUT -> new CatalogChange.ServicePut(index, RecordCodec.service(in));
      case SERVICE_GONE -> new CatalogChange.ServiceGone(index, RecordCodec.key(in));
      case CHECK_PUT -> new CatalogChange.CheckPut(index, RecordCodec.check(in));
      case CHECK_GONE -> new CatalogChange.CheckGone(index, RecordCodec.key(in));
      case EVENT_FIRED -> new CatalogChange.EventFired(index, RecordCodec.event(in));
      default -> throw new IOException("no such kind of change: " + kind);
    };
  }
}
