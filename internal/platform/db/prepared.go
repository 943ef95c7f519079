package db

import (
	"container/list"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
)

// maxPrepared is how many statements one connection keeps ready: all that the
// house asks for often, in some megabytes.
const maxPrepared = 256

// openPrepared opens SQLite so that each connection keeps its statements ready.
// Without that the engine reads and plans the text of every statement anew,
// which takes longer than many of them run. PostgreSQL's driver does so itself.
func openPrepared(source string) (*sql.DB, error) {
	plain, err := sql.Open("sqlite", source)
	if err != nil {
		return nil, err
	}
	d := plain.Driver()
	if err := plain.Close(); err != nil { // it made no connection yet
		return nil, err
	}
	return sql.OpenDB(connector{d, source}), nil
}

type connector struct {
	driver driver.Driver
	source string
}

func (c connector) Driver() driver.Driver { return c.driver }

func (c connector) Connect(context.Context) (driver.Conn, error) {
	opened, err := c.driver.Open(c.source)
	if err != nil {
		return nil, err
	}
	all, ok := opened.(sqliteConn)
	if !ok {
		return nil, errors.Join(errors.New("sqlite: the driver lacks what its connections need to be"), opened.Close())
	}
	return &preparing{sqliteConn: all, kept: map[string]*list.Element{}, order: list.New()}, nil
}

// sqliteConn is all that the driver's connections are to database/sql.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.Pinger
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
}

// preparing is a connection that keeps its statements. As any connection of
// database/sql it is used by one goroutine at a time.
type preparing struct {
	sqliteConn
	kept  map[string]*list.Element // of *prepared, by text
	order *list.List               // the one used last in front
}

type prepared struct {
	query string
	stmt  sqliteStmt
	busy  bool // its rows are being read
}

type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// ready gives the statement for a query; nil when it is in use, and then the
// query runs by itself, as it also does when the driver cannot keep it.
func (c *preparing) ready(ctx context.Context, query string) (*prepared, error) {
	if e, ok := c.kept[query]; ok {
		p := e.Value.(*prepared)
		if p.busy {
			return nil, nil
		}
		c.order.MoveToFront(e)
		return p, nil
	}
	made, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	stmt, ok := made.(sqliteStmt)
	if !ok {
		return nil, made.Close()
	}
	p := &prepared{query: query, stmt: stmt}
	c.kept[query] = c.order.PushFront(p)
	for e := c.order.Back(); c.order.Len() > maxPrepared && e != nil; {
		before := e.Prev()
		if old := e.Value.(*prepared); !old.busy {
			if err := c.drop(old); err != nil {
				return nil, err
			}
		}
		e = before
	}
	return p, nil
}

func (c *preparing) drop(p *prepared) error {
	if e, ok := c.kept[p.query]; ok && e.Value == p {
		c.order.Remove(e)
		delete(c.kept, p.query)
	}
	return p.stmt.Close()
}

// ExecContext implements [driver.ExecerContext].
func (c *preparing) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if len(args) == 0 { // it may be many statements, and is seldom one that comes often
		return c.sqliteConn.ExecContext(ctx, query, args)
	}
	p, err := c.ready(ctx, query)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return c.sqliteConn.ExecContext(ctx, query, args)
	}
	result, err := p.stmt.ExecContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, c.drop(p)) // in whatever state it is now
	}
	return result, nil
}

// QueryContext implements [driver.QueryerContext].
func (c *preparing) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if len(args) == 0 {
		return c.sqliteConn.QueryContext(ctx, query, args)
	}
	p, err := c.ready(ctx, query)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return c.sqliteConn.QueryContext(ctx, query, args)
	}
	rows, err := p.stmt.QueryContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, c.drop(p))
	}
	p.busy = true
	return &preparedRows{rows, p}, nil
}

// Close implements [driver.Conn].
func (c *preparing) Close() error {
	var err error
	for _, e := range c.kept {
		err = errors.Join(err, e.Value.(*prepared).stmt.Close())
	}
	return errors.Join(err, c.sqliteConn.Close())
}

// preparedRows gives their statement back when they are closed.
type preparedRows struct {
	driver.Rows
	of *prepared
}

func (r *preparedRows) Close() error {
	r.of.busy = false
	return r.Rows.Close()
}
